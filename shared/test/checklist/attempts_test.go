package checklist_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// header is what the product's clients send with a login.
func (d *door) header() http.Header {
	d.t.Helper()
	request, err := d.product.Request("", "", "")
	d.check(err)
	if d.authorization != "" {
		request.Header.Set("Authorization", d.authorization)
	}
	return request.Header
}

// send sends one login.
func (d *door) send(username, password string) endpointtest.Answer {
	d.t.Helper()
	return d.Do(http.MethodPost, d.product.Path, d.header(), d.product.Body(username, password))
}

// basic returns the Authorization header of an application.
func basic(id int64, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%d:%s", id, secret))
}

// try sends one login and returns its outcome, which the log reports alike for all products; the answer must match it.
func (d *door) try(username, password string) login.Outcome {
	d.t.Helper()
	answer := d.send(username, password)
	outcomes := d.outcomes()
	if len(outcomes) == 0 {
		d.t.Fatalf("a login is not in the log; it was answered %d %s", answer.Status, answer.Body)
	}
	outcome := outcomes[len(outcomes)-1]
	if told := d.product.Read(answer.Status, answer.Body); (told == target.Accepted) != (outcome == login.Accepted) {
		d.t.Errorf("a login with the outcome %s is answered %d %s", outcome, answer.Status, answer.Body)
	}
	if cookies := answer.Header.Values("Set-Cookie"); len(cookies) > 0 && outcome != login.Accepted {
		d.t.Errorf("a login with the outcome %s sets the cookies %q", outcome, cookies)
	}
	return outcome
}

// expect tries a login a number of times, and reports each that has another outcome.
func (d *door) expect(times int, want login.Outcome, username, password string) {
	d.t.Helper()
	for i := range times {
		if got := d.try(username, password); got != want {
			d.t.Fatalf("login %d of %d is %s, want %s", i+1, times, got, want)
		}
	}
}

// line is one of the log.
type line struct {
	Time, Level, Msg, Product, Source, Outcome, Error string
	RequestID                                         string `json:"request_id"`
	Account                                           any
}

// lines are those that were logged since last asked.
func (d *door) lines() []line {
	d.t.Helper()
	var lines []line
	for text := range bytes.Lines(d.Log.Next(d.Log.Len())) {
		var each line
		if err := json.Unmarshal(text, &each); err != nil {
			d.t.Errorf("the log has a line that is no JSON: %s", text)
		}
		lines = append(lines, each)
	}
	return lines
}

// outcomes are those of the logins since last asked.
func (d *door) outcomes() []login.Outcome {
	d.t.Helper()
	var outcomes []login.Outcome
	for _, each := range d.lines() {
		if each.Msg == "login" {
			outcomes = append(outcomes, login.Outcome(each.Outcome))
		}
	}
	return outcomes
}

// user is the stored one.
func (d *door) user(username string) directory.User {
	d.t.Helper()
	user, err := d.Store.FindUser(d.t.Context(), endpointtest.Realm, directory.Username(username))
	d.check(err)
	return user
}

// counted is the account's record of attempts.
func (d *door) counted(username string) directory.Count {
	d.t.Helper()
	counts, err := d.Store.Counts(d.t.Context(), endpointtest.Realm, d.user(username).ID)
	d.check(err)
	return counts[0]
}

// unlock lifts a lock as an operator does.
func (d *door) unlock(username string) {
	d.t.Helper()
	d.check(d.Store.Unlock(d.t.Context(), endpointtest.Realm, d.user(username).ID))
}
