package dynamolocal

import (
	"fmt"
	"io"
	"os"
	"os/exec"
)

// guardScript runs a command, if there is one, and waits until its standard input ends. Then it kills the command and removes
// a folder. It ignores the signals that a terminal sends to everything in it, and so does the command. Only the command
// holds stderr, so that stderr ends with the command.
const guardScript = `trap '' HUP INT QUIT TERM
folder=$1
shift
if [ $# -gt 0 ]; then "$@" </dev/null >/dev/null & fi
exec 2>/dev/null
cat >/dev/null
kill -9 $!
wait $!
rm -rf "$folder"`

// guard is a shell that holds a command and a temporary folder until [guard.end] is called or this process ends, even by
// SIGKILL or a panic: the kernel then closes the pipe that the shell reads.
type guard struct {
	shell *exec.Cmd
	life  io.WriteCloser
}

// newGuard starts a guard of a folder and of a command, which may be empty. The command runs in dir; stderr may be nil.
func newGuard(folder, dir string, stderr *os.File, command ...string) (*guard, error) {
	g := &guard{shell: exec.Command("sh", append([]string{"-c", guardScript, "sh", folder}, command...)...)}
	g.shell.Dir = dir
	if stderr != nil {
		g.shell.Stderr = stderr
	}
	var err error
	if g.life, err = g.shell.StdinPipe(); err == nil {
		err = g.shell.Start()
	}
	return g, err
}

// end returns when the command has ended and the folder is gone.
func (g *guard) end() {
	_ = g.life.Close()
	_ = g.shell.Wait()
}

// TempFiles makes a folder for all temporary files of this process and of those it starts, by setting TMPDIR. The folder is
// removed when remove is called, or when this process ends in any other way.
func TempFiles() (remove func(), err error) {
	folder, err := os.MkdirTemp("", "gatehouse-")
	if err != nil {
		return nil, err
	}
	g, err := newGuard(folder, "", nil)
	if err != nil {
		return nil, fmt.Errorf("guarding temporary files: %w", err)
	}
	return g.end, os.Setenv("TMPDIR", folder)
}
