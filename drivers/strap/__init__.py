"""Heart-rate straps over Bluetooth."""
