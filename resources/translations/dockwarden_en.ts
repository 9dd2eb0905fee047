<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB" sourcelanguage="en_GB">
<context>
    <name>AddForm</name>
    <message>
        <source>Recipient, age1…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose it is, or where its secret is kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made elsewhere with age-keygen. Paste its public half; the secret never comes here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BayActs</name>
    <message>
        <source>Accept camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep on camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold recordings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report fault…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open recordings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Release as usual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fault is mended…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why are all recordings of {camera} to be held?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How was the fault of {camera} put right?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is mended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is wrong with {camera}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report fault</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BestPanel</name>
    <message>
        <source>Give it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give them this camera (F3)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Named here once an officer is scanned.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CalendarStrip</name>
    <message>
        <source>Recordings by day and hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 recordings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all days shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CodePane</name>
    <message>
        <source>QR code of the receipt</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Find acts, cameras and recordings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An act, a page, a camera or a recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recordings could not be searched. {what} {help}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing fits. Try a bay, a camera&apos;s number, a date or part of an act&apos;s name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter does it, Esc goes back.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Count</name>
    <message>
        <source>Choose the next of these bays</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Counts</name>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Charging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Need you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See which, and whom to call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Late back</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CustodyChart</name>
    <message>
        <source>Who held which camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was asked for yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody held a camera in these days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera}: {who}, {start} to {end}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, late</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, corrected</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CustodyPage</name>
    <message>
        <source>Camera or officer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asset number or collar number (Ctrl+F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Day and time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For example: 22 Nov 22:50, yesterday, last night</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer this; that you asked is entered in the ledger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export for court…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proof…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who held which camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask who held a camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proof of the answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask who held a camera, what an officer held, or what was out on a day.

For example:  CAM-0412  and  22 Nov 22:50,  or an officer&apos;s collar number, or only:  last night

Each question is itself entered in the ledger.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first {n} entries are shown: name a shorter time, a camera or an officer.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CustodyTable</name>
    <message>
        <source>Entries of custody</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DeskPage</name>
    <message>
        <source>Each pair will stand here with what came of it.

Scan an officer, then a camera, and go on with the next; a pair that is refused stops nobody.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste list…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Print briefing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in to hand out cameras. What is done here is entered under your name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take back the last</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Swap the camera of a refused pair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the best camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Override a refusal for a reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste a list of pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Print the briefing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the scan box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Officer and camera on each line (Ctrl+Shift+V)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who was given which camera, for the briefing (Ctrl+P)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 pair was not done when the window was locked: scan it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 pairs were not done when the window was locked: scan or paste them again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now scan the officer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{officer}, {camera}: {outcome}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was issued here that could be taken back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no refused pair that this would help.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{shift} shift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} to go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} refused</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DeskTable</name>
    <message>
        <source>Pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why is it handed out all the same?</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>Handed out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last in it</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DockPage</name>
    <message>
        <source>Next camera that needs you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Summary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bays of your docks will be here.

Dock a camera: it is recognised, its recordings are copied and sealed,
each copy is proved, and only then is the camera freed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Docking has stopped: the Dockwarden that ran the docks has ended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is shown is how the bays stood then. Start Dockwarden again to go on.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DoctorPage</name>
    <message>
        <source>Look again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verify everything now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop verifying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy checkpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export ledger…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looked at {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied. Whoever holds it can prove later that nothing was cut away.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Drawer</name>
    <message>
        <source>Notices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All seen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show older notices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What needs your attention will be here: a camera taken out early, a damaged card, a disk that runs low.

There is nothing to make: notices come by themselves.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All notices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All notices seen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the notices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the notices (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show 1 new notice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show %1 new notices</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>Back to the list</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeyLine</name>
    <message>
        <source>Proved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not yet proved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{recipient}, added {when}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prove…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prove {label}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeysSheet</name>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the keys (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All keys</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KioskWall</name>
    <message>
        <source>Bays</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KioskWindow</name>
    <message>
        <source>Dockwarden kiosk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put your camera in any empty bay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no card, no login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the kiosk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OK</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LatePage</name>
    <message>
        <source>Sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the holder of the chosen camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in to see who has them, and whom to call.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cameras that are not back by the end of their shift will be here, and what somebody unknown took.

Shifts, and after how many minutes a camera is late, are in Settings. Set a mail server there, and the same is sent by e-mail.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LateTable</name>
    <message>
        <source>Late cameras</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LedgerExport</name>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the export is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the export; nothing of it is left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Command that checks the export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where to export the ledger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting to {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ledger is in {folder}: {n} entries, and page.html to read. Key fingerprint: {key}. Check it on any computer with Python and cryptography, without Dockwarden:</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>released</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sealed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LibraryTable</name>
    <message>
        <source>Recordings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ListedPage</name>
    <message>
        <source>{found} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LockedPage</name>
    <message>
        <source>Sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Docking goes on meanwhile, and asks nobody to sign in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Locked — sign in to see {page}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MakeForm</name>
    <message>
        <source>Where its paper will be kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The secret key, to be put on paper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its last {count} characters, from the paper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Print…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is on paper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A new key is shown here once, for paper. This machine does not keep it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Print this, or copy it by hand, every character. A printer&apos;s memory may keep what it printed. When you go on it is not shown again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read it back from the paper: the last {count} characters, or the whole key from a scanner.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Naming</name>
    <message>
        <source>Collar number or card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How it is known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the holder</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NoticeCard</name>
    <message>
        <source>Seen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show {bay}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show bay {bay}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seen: {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} times</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Notices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All notices: Alt+N</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 more notice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 more notices</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PasteSheet</name>
    <message>
        <source>Paste a list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Officer and camera on each line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open CSV…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Officer and camera on each line, with a comma between them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Issue 1 camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Issue %1 cameras</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a list</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PoolBar</name>
    <message>
        <source>How the pool stands</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PoolPage</name>
    <message>
        <source>Number, serial, officer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search the pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asset number, serial, model, station or officer (Ctrl+F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the columns (Ctrl+L)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write what is listed to a file, marked OFFICIAL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in to see the pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the export is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the whole pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the columns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every camera of the force will be here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No camera fits.

Take a word away, choose another kind, or show all (Ctrl+Backspace).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every camera of the force will be here.

Take the pool in from a file:  dockwarden pool import FILE.csv
(asset,serial,make,model,station,mode)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cameras</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 station</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 stations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the pool to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing {path}: {n} of {all} cameras</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written, and marked {mark}: {path}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PoolTable</name>
    <message>
        <source>Cameras of the pool</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProofPane</name>
    <message>
        <source>Proof of the chosen entry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proof</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Commands to check this entry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the commands</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How to check this yourself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Entry {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the ledger</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProveForm</name>
    <message>
        <source>Write the test file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The word inside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To prove {label}, a test file is sealed to it alone, with one word inside.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A test file waits for its word. Another one may be written; the earlier counts no more then.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the file to where the secret is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the test file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written: {path}. Its holder opens it with  age -d -i key.txt {name}  and tells the word.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecordingPane</name>
    <message>
        <source>The chosen recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SHA-256 of the recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Commands to check this recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How to check this yourself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the commands</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the copy is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold, or let go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show how to check this recording yourself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On hold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Released</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a place…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a copy…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let go…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The camera gave less than it had listed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something was odd</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On hold since {time}, by {who}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let go {time}, by {who}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why may it be let go?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why is it held?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A copy is not encrypted: whoever has the file can watch it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete it when it is no longer needed. That you open it is written to the ledger first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a copy to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The copy is written: {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is not encrypted. That it was opened is in the ledger.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecordingsPage</name>
    <message>
        <source>Camera, officer, time, name, SHA-256</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search recordings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For example: yesterday 22:00, last night, 23 Nov CAM-0412 (Ctrl+F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take back search, time and kind (Ctrl+Backspace)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all recordings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns and order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a day or an hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play or pause the chosen recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No recording fits.

Take a word away, choose another time, or show all (Ctrl+Backspace).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every recording of your cameras will be here.

Dock a camera: its recordings are copied and sealed, and each comes up here once its copy is proved.
In a try-out, add one to a virtual camera:  dockwarden virtual record SERIAL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} sealed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecoveryPanel</name>
    <message>
        <source>Make one for paper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add one made elsewhere</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RowPane</name>
    <message>
        <source>Receipt</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScanBox</name>
    <message>
        <source>Scan or type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Officer: collar number or card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Officer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Screen</name>
    <message>
        <source>Picture of the recording</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SentencePanel</name>
    <message>
        <source>Summary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What came in, how long it took, and what was odd (F4)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>This is a try-out with emulated cameras: it needs no recovery keys, and the guided start is skipped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings are changed by a technician or an administrator who has signed in; recovery keys by an administrator with a FIDO2 key or a second person.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the first administrator…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>People</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody has an account here yet: whoever sits here may do everything, as this computer&apos;s user.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a recovery key for paper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a recovery key made elsewhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Station</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shifts and training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Witnesses of the ledger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recovery keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in {file}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SetupGuide</name>
    <message>
        <source>First start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put it off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Step {at} of {of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the account</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two recovery keys are needed, or put it off.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SideBar</name>
    <message>
        <source>Dockwarden</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SignInSheet</name>
    <message>
        <source>Sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a FIDO2 key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make the first administrator…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put the key in; where it has a PIN of its own, type that</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Card or collar number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PIN</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A second person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody has an account here yet. The first is an administrator, who makes the others.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tap your card or type your collar number, then type your PIN.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tap your card or type your collar number first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for the key …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who} is signed in. This takes a second person.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Recordings, on camera to sealed to released</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SummaryPane</name>
    <message>
        <source>Summary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Print…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to the bay</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>The station&apos;s settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Is the clock right?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 notice not seen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 notices not seen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{told}. All notices: Alt+N</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No new notice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notices: {told}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These cameras are emulated. Nothing here is evidence, and no real camera is docked here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try-out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Station {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ledger {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ledger has no checkpoint yet. The first is signed with its first entry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{ledger} · signed {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} entries; the newest checkpoint was signed at {time}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{ledger} · not witnessed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No witness has seen it yet. Ask IT whether the shared folder can be reached.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A witness last saw it at {time}. Ask IT whether the shared folder can be reached.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{free} of {total} are free where the vault lies.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{free} free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vault {free} free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 warning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 warnings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys in a file</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Viewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OFFICIAL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>viewing is logged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>viewed {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>5 seconds back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One picture back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One picture on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>5 seconds on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play slower</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play faster</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sound on or off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full screen or back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed ([ slower, ] faster)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No sound: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This recording has no sound.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No sound above twice the speed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Wall</name>
    <message>
        <source>Bays</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Wave</name>
    <message>
        <source>Place in the recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>damaged: stops at {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>minute before the button</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n}&#xa0;s before the button</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no sound</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Dockwarden</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find acts, cameras and recordings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All notices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark the notices on screen as seen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in or lock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_FullScreen</name>
    <message>
        <source>Recording</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>chips</name>
    <message>
        <source>On hold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cut short</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flagged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last 24&#xa0;h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not proved for 30&#xa0;d</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recorded within the last 24 hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Held by a person: no rule may delete them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The camera gave less than it had listed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something was odd when they were copied; the flags say what</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sealed, and not yet deleted from the camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sealed copy was not read back whole within the last 30 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every sealed recording</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>custody</name>
    <message>
        <source>unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source># Its proof, under a head that is signed now:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source># The whole ledger, checked without Dockwarden:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source># The entry itself, as the ledger has it:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Entry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proof</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not yet signed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in checkpoint {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter shows the proof</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>somebody unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} {day}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} on {day}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At {time} {camera} was with {who}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} is with {who}, since {time}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody held {camera} up to then.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At {time} nobody held {camera}: {who} had it until {until}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody holds {camera}: {who} had it until {until}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At {time} {who} held {camera}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who} holds {camera}, since {time}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who} held no camera up to then.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At {time} {who} held no camera: the last was {camera}, until {until}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who} holds no camera: the last was {camera}, until {until}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody held {subject} {when}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{subject} held no camera {when}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{subject} was held {when} by {who}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{subject} held {when}: {who}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who} from {start} to {end}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 camera was out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cameras were out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At {time} {out}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 officer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 officers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{when}: {out}, with {who}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>back {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>due {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>was due {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>corrected by entry {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 recording made meanwhile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 recordings made meanwhile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>issued {time} by {who}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nobody: it was in nobody&apos;s hands then</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>two holders are possible: {spans}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} holders are possible: {spans}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who} from {start} until {end}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who} from {start}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who} until {end}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} back in bay {bay}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} taken by {who}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Issued {camera} to {who}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who} lifted {camera} out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} passed to {who}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} is {who}&apos;s own from here on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who} handed {camera} in for another</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{who} took {camera} instead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} sent to {station}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} accepted at {station}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} reported lost or stolen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A fault of {camera} reported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The fault of {camera} put right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} sent to repair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} back from repair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} retired</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Return of {camera} acknowledged by {who}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correction of {n}: it never was</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correction of {n}: it was at {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correction of {n}: it was {who}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by {who}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{by} for a sergeant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>docked, no login needed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>seen by the dock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>though it was not ready</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>desk</name>
    <message>
        <source>next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>take back the last (a new entry, never an erasure)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>swap</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>give the best</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>named override</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{officer} already has {camera}. Scan the other camera, then swap with F2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trained, active, holds nothing. Now scan a camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{station}: cameras handed out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Printed {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Collar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Officer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best for {officer}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Their own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready since {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken back {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Issued {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Swapped {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Swap</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{officer} hands in the other one and takes {camera} (F2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give {camera} instead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The one that has been ready longest (F3)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Override…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hand it out although it is not ready, for a reason (F4)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>details</name>
    <message>
        <source>Free since {time}. Dock a camera here and its recordings are copied.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SN&#xa0;{serial}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} of {of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 recordings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{safe} sealed, {released} released</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Docked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Battery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firmware</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>USB place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Held</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Footage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sealed, and kept on the camera as asked</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>doctor</name>
    <message>
        <source>1 thing is wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 things are wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 warning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 warnings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sealed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Room left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verified</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vault</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the verification</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the ledger …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the ledger: {n} of {all} entries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the vault: {part}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} recordings ({size}) and {entries} entries were read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{read}: nothing is wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{read}. The station&apos;s key is not here: the plain hashes were not checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Entries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ledger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The newest checkpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not yet: a checkpoint is signed at each docking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time}, over {n} entries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing came in during the last 7 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for years, at the intake of the last 7 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{days}, at the intake of the last 7 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not yet: the background verifier begins a day after sealing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time}, {size}: right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time}: WRONG</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>never as a whole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} by {who}: nothing wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} by {who}: something was wrong</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>face</name>
    <message>
        <source>Bay {bay}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>battery {percent}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Issued</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Issued to {collar}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{state} {n} of {of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Docked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quarantined</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Identifying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Releasing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Charging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fault</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting its turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken out early</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not known here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reading what it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reading its list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>leave it in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reading back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>freeing memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>setting clock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>free since {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>since {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{since}, footage kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from {owner}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{offset}, corrected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not in the pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>allocated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>personal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} taken by somebody unknown, {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} out with {collar} since {time}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>hush</name>
    <message>
        <source>Recording {n}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>kiosk</name>
    <message>
        <source> and {n} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 camera ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cameras ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No camera is ready. See the sergeant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at the docks …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tap your card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bay of your camera lights up. Bringing one back? Put it in any empty bay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The log cannot be read: no camera can be taken now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The docks are not watched at the moment. See the sergeant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not you? Tap your card again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Going out? Tap your card.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try-out: nothing here is evidence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} of {of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its bay is lit. Lift it out and it is yours {until}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its bay is lit. Lift it out and it is yours.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It waits for {time}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take {bay}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See the sergeant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} is out, and the log does not say with whom.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put it back, or have it written down.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is yours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put it in any empty bay at the end of your shift.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody lifted it out in time. Tap your card to try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not taken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} is not yours. Leave it in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tap your card to take a camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Returned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera}: known to both</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Entry {entry} of the log. Going out again? Tap once more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} is back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scan the code and keep it: with it anyone shows later that entry {entry} was in the log. It names nobody.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No receipt now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your camera is back all the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See the sergeant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You already hold {camera}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One camera for one officer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dock it, or see the sergeant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No camera is ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All are out, charging or at work.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait for one to charge, or see the sergeant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not possible</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Card not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No camera was issued.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not active</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your number is not active any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training not in date</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your training is not on record, or too old.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not for this card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your role takes no camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not possible now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The log cannot be written: no camera was issued.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See the sergeant. Docking goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>until {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} of {of} copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave it in its bay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This camera is not known here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take it out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is no camera of ours: give it to the sergeant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One moment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The camera is being read. {leave}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it goes on without you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Safe to leave</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} of {of} proved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Returned, known to both</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tap your card if you want it confirmed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 recording not copied yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 recordings not copied yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} was lifted out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put it back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} was lifted out before all of it was copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{camera} was taken out at {time}, and it is not known by whom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The camera</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>late</name>
    <message>
        <source>Who took {camera}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say who took it, and how that is known: it stays in the ledger.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking who is late …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 camera was taken by somebody unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cameras were taken by somebody unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 camera is late</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cameras are late</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is late.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Collar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Officer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Station</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Call</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Holder unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Late</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the sergeant of {station}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>library</name>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recorded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Officer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sealed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cut short</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On hold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flagged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Released</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not lately</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its sealed copy was last read back whole on {time}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>recorded {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sealed {time}; undated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Marked as critical by the officer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pages</name>
    <message>
        <source>Dock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recordings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Issue desk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Late</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Custody</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Doctor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Locked</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pane</name>
    <message>
        <source># The two sealed pieces are those that the ledger speaks of:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source># They open, with the public tool age and a key, to this very recording:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source># Its seal is in the ledger, under a signed checkpoint:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source># The whole ledger, checked without Dockwarden:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recorded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera clock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Held by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Officer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>entry {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sealed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not yet: it is still on its camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Released</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 times</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>never</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>time unknown: neither camera nor container tell it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>told {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{offset} at docking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bay {bay}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is held: no rule may delete it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is let go: the rules for keeping it apply again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>paper</name>
    <message>
        <source>The same key as a QR code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dockwarden recovery key of {station}: {label}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made {date}. It opens every recording sealed from then on. Keep it locked away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipient: {recipient}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>people</name>
    <message>
        <source>officer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>custodian</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>supervisor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>IT technician</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>auditor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>administrator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To {act}, sign in with your PIN.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>pool</name>
    <message>
        <source>Move to station…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send to repair…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retire…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report fault…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which station do they go to?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is wrong with them? (may be left empty)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why are they used no more? (may be left empty)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is wrong with them?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>goes to {station}, which has to accept it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>goes to repair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is retired: used no more, its custody stays on record</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>is not ready until the fault is put right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What becomes of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who held it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What becomes of each camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at each camera …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say it, and what becomes of each camera is shown here first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 camera can be done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cameras can be done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 is refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 are refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has been done yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do it with 1 camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do it with %1 cameras</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done with 1 camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done with %1 cameras</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 was refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 were refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 was not begun</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 were not begun</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 of {all} cameras in use is ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of {all} cameras in use are ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{first}; none is late, lost or in need of somebody.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{some} and {last}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{first}; {needs}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 is late back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 are late back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 was taken by nobody known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 were taken by nobody known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 is not ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 are not ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 is lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 are lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>page {n} of {all}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Station</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Holder or bay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mode</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Firmware</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Docked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Battery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Serial</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every camera of the pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Late back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still out after the end of their shift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken, and it is not known by whom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Docked or in store, and in need of somebody</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Never docked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Never seen in a dock of this station</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reported lost or stolen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In repair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent to repair, and not back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In transit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On the way to another station</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retired</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Used no more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>allocated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>personal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Charging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In store</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fault</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not known by whom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to {station}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bay {bay}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A fault was reported: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was due back at {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its battery is below the level that is set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>recordings were left on it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is still being worked on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its list of recordings was not whole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its clock could not be set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a fault of it was reported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>another camera has its serial number</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>recordings</name>
    <message>
        <source>On camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sealed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Released</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Marked as critical: copied first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recordings of this camera</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>recovery</name>
    <message>
        <source>No recovery key yet: what is sealed here is lost if this machine or its key is. Have two, in two places.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 recovery key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 recovery keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{keys}, {proved} of them proved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One more is wanted, kept in another place.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>sentence</name>
    <message>
        <source>Looking at the docks …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Docked cameras appear here in a moment. A first try-out makes its footage now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No camera is docked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dock a camera: its recordings are copied, sealed and proved, and only then released.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The camera in {bay} is new here. Nothing on it is read before you accept it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept {bay}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave a camera in its bay until it says Ready.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} charging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} docked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} needs you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} need you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cameras</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{bay}: {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every recording is sealed in the vault and released from its camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every recording is sealed in the vault; some are kept on their cameras too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Some recordings are still on their cameras only.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>settings</name>
    <message>
        <source>Name of the station</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At the top of every page and on printed sheets.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vault folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where sealed recordings are kept: a full path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cameras at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 to 64 are copied from at the same time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave free, in GB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Early 06:00-14:00, with commas between; for one cohort Nights 19:00-07:00 #armed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When a camera should be back where no shift fits, 1 to 72.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without it in date nobody is given a camera. 0: without end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shifts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest shift, in hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Late after, in minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>So long after the end of its shift a camera is late, 0 to 1440.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training lasts, in days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>25 for most; 465 is encrypted from the first byte, others as soon as the server can.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mail server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Such as mail.example.org. Empty: no e-mail is sent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>E-mail comes from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Empty: from the first of those who are told.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who is told by e-mail</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of late cameras, each once. Addresses, with commas between.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A PEM file of the time stamping authority, as a full path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shared folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where this station and its witnesses meet: a full path. Empty: nobody is asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Their keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keys of the witnesses, with spaces between.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time stamps: certificate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warn after, in hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>So long without a witness is amber, 1 to 8760.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copying stops before the vault&apos;s disk has less than this. Empty: 2 %, at most 20 GB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep on camera, in hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>So long a sealed recording stays on its camera, 0 to 720. 0: released at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready from, in %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The charge from which a camera is ready.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved. {hint}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>setup</name>
    <message>
        <source>Name this station</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name stands at the top of every page and on printed sheets.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the station</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose where recordings are kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder on a disk of this machine with room for weeks. Once recordings are in it, it stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vault folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The station&apos;s own key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It opens recordings on this machine and signs the ledger. It never leaves it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking the keyring …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in this user&apos;s keyring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whoever can use this user&apos;s session can open recordings with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept in a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not to be had</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recovery keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They open every recording without this machine. Have two, kept in two places.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first administrator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Makes the accounts of the others. There is no default PIN: whoever this is chooses one here and now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>6 to 12 digits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Collar number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Or warrant number.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As on lists: Whittaker, J.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PIN</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PIN, once more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tap it; or leave it empty, and give it later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Making the account …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>strip</name>
    <message>
        <source>today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{start} to {end}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>summary</name>
    <message>
        <source>Camera without a number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its clock was {offset}, and has been set.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cameras</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 recordings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every recording is sealed, proved and in the ledger.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 recording is not sealed, or was not released. It is still on its camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 recordings are not sealed, or were not released. They are still on their cameras.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{began} to {ended}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was odd.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To look at:</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>window</name>
    <message>
        <source>over a year</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The station&apos;s keys lie in a file, not in a keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whoever can read this user&apos;s files can open the vault. Use a keyring where you can.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is a try-out: the cameras are emulated, and nothing here is evidence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look round as you like. Start without --virtual, in another home, for real cameras.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>{part} of {whole}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size}/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
