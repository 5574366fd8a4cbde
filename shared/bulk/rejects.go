package bulk

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// Rejects is a file of the lines that failed, in the form of the input, to be mended and imported. A nil Rejects keeps
// nothing.
type Rejects struct {
	name  string
	file  io.WriteCloser
	form  Form
	count int
}

// NewRejects creates the file, which must not exist. Call [Rejects.Close] after the import.
func NewRejects(name string, form Form) (*Rejects, error) {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // the lines hold password hashes
	if errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("%s exists; choose another file for rejects", name)
	}
	if err != nil {
		return nil, fmt.Errorf("creating the file for rejects: %w", err)
	}
	return &Rejects{name: name, file: file, form: form}, nil
}

// add keeps a line. A line that was too long to be read has no text and is not kept.
func (r *Rejects) add(text []byte) error {
	if r == nil || len(text) == 0 {
		return nil
	}
	before, between, _ := r.form.frame()
	if r.count > 0 {
		before = between
	}
	r.count++
	if _, err := fmt.Fprintf(r.file, "%s%s", before, text); err != nil {
		return fmt.Errorf("writing the rejects: %w", err)
	}
	return nil
}

// Kept returns the number of lines in the file.
func (r *Rejects) Kept() int {
	if r == nil {
		return 0
	}
	return r.count
}

// Close completes the file, or removes it if it holds no line.
func (r *Rejects) Close() error {
	if r == nil {
		return nil
	}
	if r.count == 0 {
		return errors.Join(r.file.Close(), os.Remove(r.name))
	}
	_, _, after := r.form.frame()
	_, err := io.WriteString(r.file, after)
	if err := errors.Join(err, r.file.Close()); err != nil {
		return fmt.Errorf("writing the rejects: %w", err)
	}
	return nil
}
