package chain

// DialWith has c's endpoint connect through dial.
func DialWith(c *Client, dial Dial) { c.endpoint.transport.dial = dial }
