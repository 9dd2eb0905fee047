"""What only some cameras can do: a camera has an ability only if it lists its property and lets us use it."""

from __future__ import annotations

from datetime import datetime, timedelta

from drivers.models import Model
from drivers.mtp.codes import DeviceProp, Op
from drivers.mtp.datasets import Moment, PropDesc, Reader, pack_text, read_moment, read_prop_desc
from drivers.mtp.session import Session


class Base:
    """What every ability works with: the session, and the model's rules."""

    def __init__(self, session: Session, model: Model) -> None:
        self._session = session
        self._model = model


class Battery(Base):
    """BatteryLevel (MTP 1.1, C.2.2), of whatever number type and range the camera says."""

    def battery_percent(self) -> int | None:
        """Charge in percent, 0 to 100; None when the camera gives no believable value."""
        battery = describe(self._session, DeviceProp.BatteryLevel)
        least, most = battery.span or (0, 100)
        level = battery.current
        if not isinstance(level, int) or not least <= level <= most or least == most:
            return None
        return round(100 * (level - least) / (most - least))


class Clock(Base):
    """DateTime (MTP 1.1, C.2.19): local time of the camera, or time with a zone if the camera keeps one."""

    def clock_offset_s(self) -> float | None:
        """Seconds that the camera's clock is ahead of this machine's, None if unreadable.

        The camera's answer is taken for the middle of the question's round trip and of the last digit that it shows.
        """
        asked = _now()
        moment = self._moment()
        waited = _now() - asked
        if moment is None:
            return None
        here = asked + waited / 2
        there = moment.at + moment.resolution / 2
        try:
            return (there - (here if there.tzinfo else here.replace(tzinfo=None))).total_seconds()
        except OverflowError:
            return None

    def set_clock(self) -> None:
        """Set the camera's clock to this machine's local time, with a zone only if the camera writes one itself."""
        moment = self._moment()
        now = _now() + timedelta(milliseconds=500)  # the string has no fraction: round to the nearest second
        zoned = moment is not None and moment.at.tzinfo is not None
        text = now.strftime("%Y%m%dT%H%M%S%z" if zoned else "%Y%m%dT%H%M%S")
        self._session.tell(Op.SetDevicePropValue, DeviceProp.DateTime, data=pack_text(text))

    def _moment(self) -> Moment | None:
        return read_moment(_text(self._session, DeviceProp.DateTime))


class Owner(Base):
    """A text property in which the camera keeps whose it is; which one, its model says."""

    @property
    def _prop(self) -> DeviceProp:
        return DeviceProp[self._model.owner.property]

    def owner(self) -> str | None:
        """The text kept on the camera, None when empty."""
        return _text(self._session, self._prop) or None

    def set_owner(self, owner: str) -> None:
        """Write the text to the camera. Raises ValueError above 254 UTF-16 units."""
        self._session.tell(Op.SetDevicePropValue, self._prop, data=pack_text(owner))


def describe(session: Session, prop: DeviceProp) -> PropDesc:
    """The camera's description of a property, its current value included."""
    return read_prop_desc(session.ask(Op.GetDevicePropDesc, prop))


def _text(session: Session, prop: DeviceProp) -> str:
    return Reader(session.ask(Op.GetDevicePropValue, prop)).text()


def _now() -> datetime:
    return datetime.now().astimezone()
