"""Tables that follow a device type over Socket.IO."""
