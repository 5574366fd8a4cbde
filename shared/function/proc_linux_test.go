package function_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// cpu is the processor time that the threads of a running function have used.
func (d *deployed) cpu() time.Duration {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", d.PID()))
	d.c.check(err)
	var sum int64
	for _, file := range files {
		text, err := os.ReadFile(file)
		d.c.check(err)
		var nanos int64
		_, err = fmt.Sscan(string(text), &nanos)
		d.c.check(err)
		sum += nanos
	}
	return time.Duration(sum)
}

// mostMemory is the high-water mark of a running function's memory, in bytes.
func (d *deployed) mostMemory() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.PID()))
	d.c.check(err)
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	var kib float64
	_, err = fmt.Sscan(rest, &kib)
	d.c.check(err)
	return kib * 1024
}
