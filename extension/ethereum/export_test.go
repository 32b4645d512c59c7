package ethereum

// Accepted is the module's list, for its tests.
var Accepted = accepted
