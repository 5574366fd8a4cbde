package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// sendCurl is the command curl of scripts: no program that a machine may lack.
func sendCurl(ts *testscript.TestScript, _ bool, args []string) {
	answer, err := exchange(args)
	ts.Check(err)
	_, _ = io.WriteString(ts.Stdout(), answer)
}

func paste(ts *testscript.TestScript, _ bool, args []string) {
	for line := range strings.Lines(strings.ReplaceAll(ts.ReadFile(args[0]), "\\\n", " ")) {
		if words := wordsOf(line); len(words) > 0 && words[0] == "curl" {
			sendCurl(ts, false, words[1:])
		}
	}
}

// wordsOf splits a line as a shell does. The banner's use no syntax but single quotes.
func wordsOf(line string) []string {
	var all []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			all = append(all, part)
			continue
		}
		all = append(all, strings.Fields(part)...)
	}
	return all
}

// exchange sends the request that arguments of curl describe, and returns the response as curl -i prints it.
func exchange(args []string) (string, error) {
	method, url, body, header := http.MethodGet, "", "", http.Header{}
	for len(args) > 0 {
		flag, value := args[0], ""
		args = args[1:]
		if strings.HasPrefix(flag, "-") {
			if len(args) == 0 {
				return "", fmt.Errorf("curl: %s needs a value", flag)
			}
			value, args = args[0], args[1:]
		}
		switch flag {
		case "-iX":
			method = value
		case "-H":
			name, text, _ := strings.Cut(value, ":")
			header.Set(name, strings.TrimSpace(text))
		case "-d":
			body = value
		case "--user":
			header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(value)))
		default:
			url = flag
		}
	}
	request, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header = header
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	var answer strings.Builder
	fmt.Fprintln(&answer, response.Proto, response.Status)
	_ = response.Header.Write(&answer) // never fails
	fmt.Fprintf(&answer, "\n%s\n", text)
	return answer.String(), err
}
