//go:build unix

package runtimeapi

import (
	"os"
	"runtime"
	"syscall"
)

// maxRSSOf is the high-water mark of a process that has ended: Linux tells it in KiB, macOS in bytes.
func maxRSSOf(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return usage.Maxrss
	}
	return usage.Maxrss * 1024
}
