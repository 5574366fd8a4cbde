package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
	"gatehouse/shared/store/dynamo"
	"gatehouse/shared/test/dynamolocal"
)

// writeUsers writes a file of users, with the ids from 1 and bcrypt hashes, in the order of their ids and as they are exported.
func writeUsers(t testing.TB, count int) (file string) {
	t.Helper()
	var lines bytes.Buffer
	for id := 1; id <= count; id++ {
		fmt.Fprintf(&lines, `{"id":%d,"username":"user%06d","email":"user%06d@example.com","name":"User %d","password_hash":"%s%07d",`+
			`"active":true,"confirmed":true,"created_at":"2026-01-02T03:04:05.678Z"}`+"\n",
			id, id, id, id, someHash[:len(someHash)-7], id)
	}
	file = filepath.Join(t.TempDir(), "users.jsonl")
	if err := os.WriteFile(file, lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// sorted is an export, in an order that does not depend on the store.
func sorted(lines string) string {
	all := slices.Collect(strings.Lines(lines))
	slices.Sort(all)
	return strings.Join(all, "")
}

func TestImportOfAnExportIsTheSame(t *testing.T) {
	t.Parallel()
	eachStore(t, 2, func(t *testing.T, on ...*console) {
		first, second := on[0], on[1]
		file := writeUsers(t, 300)
		first.typed(manyKinds, "users", "import", "-", "--new-ids").succeeded()
		first.must("users", "import", file)
		exported := first.must("users", "export").stdout
		second.typed(exported, "users", "import", "-").succeeded().shows("imported 305, failed 0\n")
		again := second.must("users", "export").stdout
		if sorted(again) != sorted(exported) || strings.Count(exported, "\n") != 305 {
			t.Errorf("%d users were exported; imported and exported again they are not the same", strings.Count(exported, "\n"))
		}
		second.typed(exported, "users", "import", "-", "--on-conflict", "replace").succeeded().
			shows("imported 0, replaced 0, unchanged 305, failed 0\n")
	})
}

// TestImportSurvivesKills kills an import at random points and runs it again each time, at last to its end.
func TestImportSurvivesKills(t *testing.T) {
	t.Parallel()
	const users, kills = 1200, 3
	eachStore(t, 1, func(t *testing.T, on ...*console) {
		c, file := on[0], writeUsers(t, users)
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := c.open()
		var points []int
		for range kills {
			points = append(points, rand.IntN(users*3/4))
		}
		slices.Sort(points)
		killed := 0
		for _, point := range points {
			process := c.command("users", "import", "-", "--on-conflict", "skip")
			input, err := process.StdinPipe()
			if err == nil {
				err = process.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			// The pipe stays open, so the import cannot end before it is killed, however slow this test is.
			go func() { _, _ = input.Write(want) }()
			c.await(s, int64(point))
			if err := process.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if process.Wait() != nil {
				killed++
			}
		}
		c.must("users", "import", file, "--on-conflict", "skip")
		if got := sorted(c.must("users", "export").stdout); got != sorted(string(want)) || killed < kills {
			t.Errorf("after %d kills, about users %v, and a last run there are %d users, and not those of the file",
				killed, points, strings.Count(got, "\n"))
		}
		if found := c.whole(s); found != users {
			t.Errorf("%d users are there, want %d", found, users)
		}
	})
}

// await returns when the user is stored.
func (c *console) await(s store, id int64) {
	c.t.Helper()
	for id > 0 {
		_, err := s.User(c.t.Context(), "main", id)
		if err == nil {
			return
		}
		if !errors.Is(err, directory.ErrNotFound) {
			c.t.Fatal(err)
		}
		time.Sleep(time.Millisecond) // the import needs the store too
	}
}

// whole asserts that no user is half made, and gives how many there are: each is reached by its id and its names, and no
// name leads to nobody.
func (c *console) whole(s store) (users int) {
	c.t.Helper()
	var wait sync.WaitGroup
	places := make(chan struct{}, 8)
	for user, err := range s.Users(c.t.Context(), "main") {
		if err != nil {
			c.t.Fatal(err)
		}
		users++
		places <- struct{}{}
		wait.Go(func() {
			defer func() { <-places }()
			for _, by := range []directory.Identifier{directory.Username(user.Username), directory.EmailAddress(user.Email)} {
				if found, err := s.FindUser(c.t.Context(), "main", by); err != nil || found.ID != user.ID {
					c.t.Errorf("user %d is not reached by its %s: %v", user.ID, by.Kind, err)
				}
			}
		})
	}
	wait.Wait()
	if c.environment[storeVariable] != dynamoStore {
		return users // a user is one row, with its names
	}
	if names := c.names(); names != 2*users {
		c.t.Errorf("%d users have %d names, want two each", users, names)
	}
	return users
}

// names is how many items of the Users table are identifiers.
func (c *console) names() (count int) {
	c.t.Helper()
	client, err := dynamo.NewClient(c.environment)
	if err != nil {
		c.t.Fatal(err)
	}
	table, filter := c.environment["USERS_TABLE"], "begins_with(pk, :login)"
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{
		TableName: &table, FilterExpression: &filter, Select: types.SelectCount,
		ExpressionAttributeValues: map[string]types.AttributeValue{":login": &types.AttributeValueMemberS{Value: "login#"}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(c.t.Context())
		if err != nil {
			c.t.Fatal(err)
		}
		count += int(page.Count)
	}
	return count
}

// TestImportOnThrottledTables: DynamoDB refuses everything for a while, after the first users, and in the end all are there.
func TestImportOnThrottledTables(t *testing.T) {
	t.Parallel()
	c := newConsoleOn(t, dynamoStore)
	proxy := dynamolocal.NewProxy(c.environment[endpointVariable])
	defer proxy.Close()
	c.environment[endpointVariable] = proxy.Endpoint
	throttled := 0
	proxy.Choose(func(n int, operation string) dynamolocal.Fault {
		if n < 100 || n >= 250 || operation == "Scan" {
			return dynamolocal.None
		}
		throttled++
		return dynamolocal.Throttle
	})
	file := writeUsers(t, 300)
	c.must("users", "import", file).shows("imported 300, failed 0\n")
	proxy.Choose(nil)
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := sorted(c.must("users", "export").stdout); got != sorted(string(want)) || throttled == 0 {
		t.Errorf("after %d refusals there are %d users, and not those of the file", throttled, strings.Count(got, "\n"))
	}
}

// TestImportIsInterrupted sends a signal to an import: what it says it has done is what is there.
func TestImportIsInterrupted(t *testing.T) {
	t.Parallel()
	eachStore(t, 1, func(t *testing.T, on ...*console) {
		const users = 40_000 // far more than are imported before the signal arrives on a busy machine
		c, file := on[0], writeUsers(t, users)
		s := c.open()
		process := c.command("users", "import", file)
		var stdout, stderr bytes.Buffer
		process.Stdout, process.Stderr = &stdout, &stderr
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		c.await(s, 1+rand.Int64N(200))
		if err := process.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if err := process.Wait(); err == nil || process.ProcessState.ExitCode() != 1 {
			t.Errorf("the import ended with %v, want status 1", err)
		}
		stored := c.whole(s)
		wantOut := fmt.Sprintf("imported %d, failed 0\n", stored)
		wantErr := fmt.Sprintf("gatehouse: stopped after line %d: interrupt signal received; what is imported stays\n", stored)
		if stdout.String() != wantOut || stderr.String() != wantErr || stored == users {
			t.Errorf("%d users are stored, and it says\n%s%swant\n%s%s", stored, &stdout, &stderr, wantOut, wantErr)
		}
	})
}
