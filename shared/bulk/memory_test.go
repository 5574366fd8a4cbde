package bulk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"gatehouse/shared/directory"
)

// stuck is a directory that answers nobody before it is let go.
type stuck struct {
	directory.Store
	asked atomic.Int64
	free  chan struct{}
}

func (s *stuck) AddUser(context.Context, directory.User) error {
	s.asked.Add(1)
	<-s.free
	return nil
}

// counted is a source that knows how much of it was read.
type counted struct {
	io.Reader
	read atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b[:min(len(b), 512)])
	c.read.Add(int64(n))
	return n, err
}

// TestMemoryIsFlat: however long a file and its lines are, two batches are in memory, and the store has few requests at once.
func TestMemoryIsFlat(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		bytes int // of each line
		batch int // lines
		asked int64
	}{
		{"short lines", 500, batchLines, inFlight},
		{"lines that fill a batch", batchBytes / 20, 21, inFlight},
		{"long lines", batchBytes * 3 / 5, 2, 2},
		{"the longest lines", maxLine, 1, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				all := 5 * test.batch
				var lines strings.Builder
				for n := range all {
					line := fmt.Sprintf(`{"username": "u%d"`, n)
					lines.WriteString(line + strings.Repeat(" ", test.bytes-len(line)-1) + "}\n")
				}
				s, source := &stuck{free: make(chan struct{})}, &counted{Reader: strings.NewReader(lines.String())}
				var said strings.Builder
				i := newImporter(t, s, &said)
				ended := make(chan error)
				go func() {
					count, err := i.Import(t.Context(), source)
					if count.Imported != all {
						err = errors.Join(err, fmt.Errorf("imported %d of %d lines", count.Imported, all))
					}
					ended <- err
				}()
				synctest.Wait()
				// One line more is read and waits for its batch. Two buffers are ahead of it.
				if most := int64((2*test.batch+1)*test.bytes + 2*(64<<10)); source.read.Load() > most || s.asked.Load() != test.asked {
					t.Errorf("%d bytes are read and %d users with the store; want at most %d, %d",
						source.read.Load(), s.asked.Load(), most, test.asked)
				}
				close(s.free)
				if err := <-ended; err != nil {
					t.Error(err)
				}
			})
		})
	}
}
