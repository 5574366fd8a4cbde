// Command introspect prints whose the token in the first argument is.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Session is what Gatehouse returns for a token.
type Session struct {
	Active   bool   `json:"active"`
	Subject  string `json:"sub"`
	Username string `json:"username"`
	Email    string `json:"email"`
	Expires  int64  `json:"exp"`
}

var client = http.Client{Timeout: 5 * time.Second}

// introspect asks Gatehouse about a token. An error means that nothing is known: refuse the request with a 500 or 503.
func introspect(ctx context.Context, token string) (session Session, err error) {
	endpoint := os.Getenv("GATEHOUSE_URL") + "/oauth2/introspect"
	form := url.Values{"token": {token}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form))
	if err != nil {
		return session, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(os.Getenv("GATEHOUSE_APP_ID"), os.Getenv("GATEHOUSE_APP_SECRET"))
	response, err := client.Do(request)
	if err != nil {
		return session, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return session, fmt.Errorf("gatehouse responded %s", response.Status)
	}
	return session, json.NewDecoder(response.Body).Decode(&session)
}

func main() {
	session, err := introspect(context.Background(), os.Args[1])
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	case !session.Active:
		fmt.Fprintln(os.Stdout, "nobody")
	default:
		fmt.Fprintln(os.Stdout, session.Username)
	}
}
