package towns

// Accepted is the module's list, for its tests.
var Accepted = accepted
