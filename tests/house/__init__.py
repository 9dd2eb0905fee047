"""The rules of the house as programs: what every file of the code keeps to, whoever wrote it."""
