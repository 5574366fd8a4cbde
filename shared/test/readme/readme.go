// Package readme keeps the sections of README.md that are made by a program: a figure or a name stands there because it was
// measured or found, not because somebody remembered to write it down.
//
// A section stands between two comments, which nobody sees on the page:
//
//	<!-- figures: from make bench -->
//	...
//	<!-- end of figures -->
package readme

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// ErrNoSection says that the file does not have the two comments of a section, once each and in their order.
var ErrNoSection = errors.New("the section's comments are not there")

// Section gives the text between the comments of the section, without blank lines at its ends.
func Section(file, name string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("reading the section %s: %w", name, err)
	}
	_, section, _, err := cut(string(text), name)
	if err != nil {
		return "", fmt.Errorf("%s: the section %s: %w", file, name, err)
	}
	return strings.Trim(section, "\n"), nil
}

// Replace puts a text between the comments of the section, and leaves the rest of the file as it is.
func Replace(file, name, section string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the section %s: %w", name, err)
	}
	before, _, after, err := cut(string(text), name)
	if err != nil {
		return fmt.Errorf("%s: the section %s: %w", file, name, err)
	}
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("writing the section %s: %w", name, err)
	}
	whole := before + "\n" + strings.Trim(section, "\n") + "\n" + after
	if err := os.WriteFile(file, []byte(whole), info.Mode().Perm()); err != nil {
		return fmt.Errorf("writing the section %s: %w", name, err)
	}
	return nil
}

// cut gives what stands up to the end of the first comment, between the comments, and from the second one on.
func cut(text, name string) (before, section, after string, err error) {
	begin, end := "<!-- "+name+":", "<!-- end of "+name+" -->"
	if strings.Count(text, begin) != 1 || strings.Count(text, end) != 1 {
		return "", "", "", ErrNoSection
	}
	before, rest, _ := strings.Cut(text, begin)
	comment, rest, closed := strings.Cut(rest, "-->")
	section, after, found := strings.Cut(rest, end)
	if !closed || !found {
		return "", "", "", ErrNoSection
	}
	return before + begin + comment + "-->", section, end + after, nil
}
