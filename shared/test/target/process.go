package target

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// What the kernel says of a process is read from /proc, so these need Linux.

// Processor is the processor time that the threads of a process have used.
func Processor(pid int) (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("process %d has no threads in /proc: %w", pid, os.ErrNotExist)
	}
	var sum, nanos int64
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		if _, err := fmt.Sscan(string(text), &nanos); err != nil {
			return 0, fmt.Errorf("reading %s: %w", file, err)
		}
		sum += nanos
	}
	return time.Duration(sum), nil
}

// Memory is what a process has in memory, now and at most so far, in bytes.
func Memory(pid int) (now, most float64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for name, value := range map[string]*float64{"VmRSS:": &now, "VmHWM:": &most} {
		_, rest, _ := strings.Cut(string(text), name)
		if _, err := fmt.Sscan(rest, value); err != nil {
			return 0, 0, fmt.Errorf("reading %s of process %d: %w", name, pid, err)
		}
		*value *= 1024
	}
	return now, most, nil
}

// OpenFiles is how many files and connections a process holds.
func OpenFiles(pid int) (int, error) {
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return len(files), err
}

// Threads is how many threads a process has.
func Threads(pid int) (int, error) {
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	return len(threads), err
}

// goroutinesIn counts the goroutines in what Go writes when a process is sent SIGQUIT, but for those of the runtime itself,
// which begins some when it first needs them.
func goroutinesIn(dump string) int {
	count := 0
	for goroutine := range strings.SplitSeq(dump, "\n\n") {
		if strings.HasPrefix(goroutine, "goroutine ") && !strings.HasPrefix(goroutine, "goroutine 0 ") &&
			!strings.Contains(goroutine, "\ncreated by runtime.") {
			count++
		}
	}
	return count
}
