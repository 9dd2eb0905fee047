"""What knows hardware: USB, the camera families, the virtual camera. No SQL, no Qt, no police work."""
