package target

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gatehouse/shared/store/sqlite"
	"gatehouse/shared/store/storetest"
)

// Serve is a running `gatehouse serve`, a process of its own on an SQLite file.
type Serve struct {
	t        testing.TB
	site     *Site
	settings Settings
	folder   string        // of the file and the log
	store    *sqlite.Store // nil while this process leaves the file alone
	process  *exec.Cmd
	url      string
}

// Serve starts the command on a fresh file, until the test ends.
func (s *Site) Serve(t testing.TB, settings Settings) *Serve {
	t.Helper()
	served := &Serve{t: t, site: s, settings: settings, folder: t.TempDir()}
	served.Store()
	t.Cleanup(func() {
		served.Kill()
		served.Leave()
	})
	served.Start()
	return served
}

// URL implements Target. It changes with every [Serve.Start].
func (s *Serve) URL() string { return s.url }

// Store implements Target: another process on the same file, as the commands are.
func (s *Serve) Store() storetest.Store {
	if s.store == nil {
		var err error
		s.store, err = sqlite.Open(s.t.Context(), s.File())
		check(s.t, err)
	}
	return s.store
}

// Leave closes this process's store until [Serve.Store] is asked for again. A command that is then killed was alone on the
// file, as where a machine fails: nobody else keeps it in order.
func (s *Serve) Leave() {
	if s.store != nil {
		check(s.t, s.store.Close())
		s.store = nil
	}
}

// PIDs implements Target.
func (s *Serve) PIDs() []int { return []int{s.process.Process.Pid} }

// File is the path of the SQLite file.
func (s *Serve) File() string { return filepath.Join(s.folder, "gatehouse.db") }

// Log implements Target: of all processes that were started, one after the other.
func (s *Serve) Log() string {
	text, err := os.ReadFile(s.logFile())
	check(s.t, err)
	return string(text)
}

func (s *Serve) logFile() string { return filepath.Join(s.folder, "log") }

// Start starts the command again, on the same file and a port of its own, after [Serve.Kill]. It returns when the command
// answers.
func (s *Serve) Start() {
	s.t.Helper()
	log, err := os.OpenFile(s.logFile(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	check(s.t, err)
	defer log.Close()
	s.process = exec.Command(s.site.Command(s.t), "serve", "--addr", "127.0.0.1:0", "--store", "sqlite:"+s.File())
	s.process.Env, s.process.Stderr = s.settings.environment(nil), log
	stdout, err := s.process.StdoutPipe()
	check(s.t, err)
	check(s.t, s.process.Start())
	first, err := bufio.NewReader(stdout).ReadString('\n')
	url, found := strings.CutPrefix(strings.TrimSpace(first), "Gatehouse answers at ")
	if err != nil || !found {
		s.t.Fatalf("serve said %q (%v) and logged\n%s", first, err, s.Log())
	}
	s.url = url
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
}

// Kill ends the process at once, as a power cut would: SIGKILL.
func (s *Serve) Kill() {
	_ = s.process.Process.Kill() // it may have ended
	_ = s.process.Wait()
}

// Goroutines ends the process and returns how many goroutines it had, all of which are then in its log.
func (s *Serve) Goroutines() (int, error) {
	before := len(s.Log())
	if err := s.process.Process.Signal(syscall.SIGQUIT); err != nil {
		return 0, fmt.Errorf("asking for the goroutines: %w", err)
	}
	if err := s.process.Wait(); !errors.As(err, new(*exec.ExitError)) {
		return 0, fmt.Errorf("asking for the goroutines: %w", err)
	}
	return goroutinesIn(s.Log()[before:]), nil
}
