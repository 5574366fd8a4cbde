// Command figures reads what `go test -bench` writes, passes it on, and makes of it the README's section of figures and the
// plots beside it: `make bench` ends in it. The same input gives the same section and the same plots, to the byte, and an
// input that lacks a figure changes nothing.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"gatehouse/shared/test/readme"
)

func main() {
	if err := run(os.Stdin, os.Stdout, "README.md", filepath.Join("shared", "test", "speed")); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

// run writes the section into a README, and the plots into a folder.
func run(in io.Reader, out io.Writer, file, folder string) error {
	f, err := read(io.TeeReader(in, out))
	if err != nil {
		return err
	}
	section, err := f.section()
	if err != nil {
		return err
	}
	for name, draw := range plots {
		image, err := draw(f)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name), image, 0o600); err != nil {
			return fmt.Errorf("writing a plot: %w", err)
		}
	}
	return readme.Replace(file, "figures", section)
}
