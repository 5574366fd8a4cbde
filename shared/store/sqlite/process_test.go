package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// otherProcess is the environment variable that makes the test binary another process on the file that it names.
const otherProcess = "GATEHOUSE_OTHER_PROCESS"

// rounds is how often each process writes.
const rounds = 100

// unlimited counts everything.
var unlimited = attempts.Policy{Lockout: time.Hour}

func TestSeveralProcessesWriteOneFile(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	var outputs [2]bytes.Buffer
	var others [2]*exec.Cmd
	for i := range others {
		others[i] = exec.CommandContext(t.Context(), os.Args[0])
		others[i].Env = append(os.Environ(), otherProcess+"="+path)
		others[i].Stdout, others[i].Stderr = &outputs[i], os.Stderr
		must(t, "starting a process", others[i].Start())
	}
	won, err := write(t.Context(), path)
	must(t, "writing", err)
	for i, other := range others {
		must(t, "another process", other.Wait())
		theirs, err := strconv.Atoi(outputs[i].String())
		must(t, "reading what another process printed", err)
		won += theirs
	}

	if won != rounds {
		t.Errorf("%d user names were given out, want each of %d once", won, rounds)
	}
	store := opened(t, path)
	all := rounds * (1 + len(others))
	if found, err := store.Authenticate(t.Context(), login.Credentials{}, "key", now); err != nil || found.Failures != all {
		t.Errorf("counted %d, %v, want %d", found.Failures, err, all)
	}
	_, record, err := store.Load(t.Context(), directory.AccountOf("main", 1))
	must(t, "Load", err)
	if want := (attempts.Record{Fails: all, Run: all, Last: now}); record != want {
		t.Errorf("Load returned %+v, want %+v", record, want)
	}
	_, record, err = store.Load(t.Context(), directory.AccountOf("main", 2))
	must(t, "Load", err)
	if want := (attempts.Record{Fails: 10, Run: 10, Last: now}); record != want {
		t.Errorf("Load of the limited account returned %+v, want %+v", record, want)
	}
	wants(t, store, "SELECT count(*) FROM users", rounds)
	wants(t, store, "PRAGMA integrity_check", "ok")
}

// playOtherProcess writes as the test does, and prints how many user names it got.
func playOtherProcess(path string) (code int) {
	won, err := write(context.Background(), path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Print(won)
	return 0
}

// write counts on accounts and a key that every process uses, and claims user names that every process wants.
func write(ctx context.Context, path string) (won int, err error) {
	store, err := Open(ctx, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	for round := range rounds {
		if _, err := store.Count(ctx, "key", now); err != nil {
			return won, err
		}
		if _, err := store.Refuse(ctx, directory.AccountOf("main", 1), unlimited, now); err != nil {
			return won, err
		}
		if _, err := store.Refuse(ctx, directory.AccountOf("main", 2), usual, now); err != nil {
			return won, err
		}
		id := int64(os.Getpid())*rounds + int64(round) + 1
		err := store.AddUser(ctx, person(id, fmt.Sprint("wanted-", round)))
		var taken *directory.TakenError
		if err == nil {
			won++
		} else if !errors.As(err, &taken) || taken.Kind != "username" {
			return won, err
		}
	}
	return won, nil
}
