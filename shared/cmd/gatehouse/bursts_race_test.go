//go:build race

package main

// bursts is how many bursts TestSecurity04BurstsWithOneRightGuess fires: the race detector makes each ten times slower, and
// finds in a few what it finds in many.
const bursts = 5
