package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestTablesRefuse: tables on AWS, and accounts that everyone knows there, must not come by mistake.
func TestTablesRefuse(t *testing.T) {
	t.Parallel()
	const aws = endpointVariable + " is not set: the tables would be created on AWS, which takes --aws"
	tests := []struct {
		name     string
		endpoint string
		args     []string
		status   int
		message  string
	}{
		{"no address", "", nil, 2, aws},
		{"no address, demo users", "", []string{"--demo"}, 2, aws},
		{"another store", "", []string{"--store", "sqlite:x.db"}, 2, aws},
		{"demo users on AWS", "", []string{"--aws", "--demo"}, 2, errDemoOnAWS.Error()},
		{"argument", "http://127.0.0.1:1", []string{"users"}, 2, `unknown command "users" for "gatehouse tables create"`},
		{
			"no credentials", "http://127.0.0.1:1", nil, 1,
			"AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION (or AWS_DEFAULT_REGION) must be set",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := &console{t, map[string]string{endpointVariable: test.endpoint}}
			c.run(append([]string{"tables", "create"}, test.args...)...).failed(test.status, test.message)
		})
	}
}

func TestDynamoDBWithoutCredentials(t *testing.T) {
	t.Parallel()
	c := &console{t, map[string]string{storeVariable: dynamoStore}}
	c.run("users", "list").failed(1, "opening the store: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION (or AWS_DEFAULT_REGION) must be set")
}

// TestOnDynamoDB makes the tables, fills them, administers them and serves from them.
func TestOnDynamoDB(t *testing.T) {
	t.Parallel()
	c := onDynamoDB(t)
	there := fmt.Sprintf("the tables %s, %s and %s are there\n",
		c.environment["USERS_TABLE"], c.environment["ATTEMPTS_TABLE"], c.environment["SESSIONS_TABLE"])
	create := []string{"tables", "create"}
	c.must(create...).shows(there)
	c.must(append(create, "--demo")...).shows(
		there + "the directory was empty: it now holds the documents' users, whose passwords everyone knows\n")
	c.must(append(create, "--demo")...).shows(there + "the directory is not empty: no demo user was added\n")

	c.must("users", "deactivate", "hunter")
	has(t, c.must("users", "show", "hunter", "--json").object(), map[string]any{"id": 123, "active": false})
	c.must("users", "activate", "hunter")
	if listed := c.must("users", "list", "--json").objects(); len(listed) != 4 {
		t.Errorf("%d users are listed, want the four of the documents", len(listed))
	}
	has(t, c.must("apps", "show", "138", "--json").object(), map[string]any{"id": 138, "realm": "main"})

	s := serveOn(t, "", environ(c.environment), "--store", dynamoStore, "--demo")
	for _, request := range curls(t, s.banner) {
		if response, body := s.send(request); response.StatusCode >= 300 {
			t.Errorf("%s is answered %s %s", request.url, response.Status, body)
		}
	}
	if err := s.stop(); err != nil {
		t.Errorf("serve ended with %v\n%s", err, s.log)
	}
	if !strings.Contains(s.banner, "The directory is not empty") {
		t.Errorf("serve filled a directory that holds users:\n%s", s.banner)
	}
}
