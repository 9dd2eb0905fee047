"""Cameras that speak PTP (ISO 15740) and MTP 1.1 over USB (Still Image class, USB-IF 1.0)."""
