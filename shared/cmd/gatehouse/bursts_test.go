//go:build !race

package main

// bursts is how many bursts TestSecurity04BurstsWithOneRightGuess fires.
const bursts = 100
