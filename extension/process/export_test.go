package process

import "time"

// Accepted is the module's list, for its tests.
var Accepted = accepted

// SetClock has now tell the time of what happens once a second.
func (r *Root) SetClock(now func() time.Time) { r.now = now }
