package speed_test

import (
	"debug/buildinfo"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// describe writes what the figures depend on, in the form in which Go's benchmarks say goos and cpu.
func describe(w io.Writer) {
	fmt.Fprintf(w, "date: %s\ngo: %s\ncores: %d\nmemory: %s\ndynamodb: %s\nsqlite: %s\n",
		time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.NumCPU(), memory(),
		version(site.Command(), "github.com/aws/aws-sdk-go-v2/service/dynamodb"),
		version(site.Command(), "modernc.org/sqlite"))
}

// version is that of a module in a binary.
func version(binary, path string) string {
	built, err := buildinfo.ReadFile(binary)
	if err != nil {
		return "unknown"
	}
	for _, module := range built.Deps {
		if module.Path == path {
			return module.Version
		}
	}
	return "unknown"
}

// memory is the machine's, in GB.
func memory() string {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return "unknown"
	}
	var kib float64
	_, rest, _ := strings.Cut(string(text), "MemTotal:")
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		return "unknown"
	}
	return fmt.Sprintf("%.0f GB", kib*1024/1e9)
}
