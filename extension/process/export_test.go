package process

import "time"

// SetClock has now tell the time of what happens once a second.
func (r *Root) SetClock(now func() time.Time) { r.now = now }
