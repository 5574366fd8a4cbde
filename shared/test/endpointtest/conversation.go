package endpointtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Conversation is a recorded case of several exchanges: what a login is worth later.
type Conversation struct {
	Name  string     `json:"case"`
	Group string     `json:"group"`
	Mode  string     `json:"mode"` // names the settings that it needs; "" for the defaults
	Steps []Exchange `json:"steps"`
}

// Deviations is what a product's replay needs besides the recorded conversations.
type Deviations struct {
	Settings map[string]map[string]string `json:"settings"` // by mode
	// Differences are the steps in which Gatehouse answers otherwise on purpose, or API Gateway cannot answer alike.
	Differences []struct {
		Reason   string           `json:"reason"`
		Steps    map[string][]int `json:"steps"`    // by conversation, from 1
		Response json.RawMessage  `json:"response"` // what is otherwise, in place of what was recorded
	} `json:"differences"`
}

// LoadDeviations reads the file of a product. Every step that it names must be among the conversations.
func LoadDeviations(file string, all []Conversation) (d Deviations, err error) {
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil {
		return d, fmt.Errorf("%s: %w", file, err)
	}
	steps := map[string]int{}
	for _, c := range all {
		steps[c.Name] = len(c.Steps)
	}
	for _, difference := range d.Differences {
		for name, numbers := range difference.Steps {
			if difference.Reason == "" || slices.Min(numbers) < 1 || slices.Max(numbers) > steps[name] {
				return d, fmt.Errorf("%s: steps %v of %q were not recorded, or differ without a reason", file, numbers, name)
			}
		}
	}
	return d, nil
}

// expected returns the response that a step must get, and reports whether it differs from the recorded one.
func (d Deviations) expected(name string, step int, recorded Recorded) (want Recorded, differs bool, err error) {
	want = recorded
	want.Headers = slices.Clone(want.Headers) // JSON writes into a slice that is there
	want.SetsCookie, want.ClearsCookie = slices.Clone(want.SetsCookie), slices.Clone(want.ClearsCookie)
	for _, difference := range d.Differences {
		if slices.Contains(difference.Steps[name], step) {
			differs = true
			if err := json.Unmarshal(difference.Response, &want); err != nil {
				return want, differs, err
			}
		}
	}
	return want, differs, nil
}

// Play sends the requests in their order, with the cookies of the jar that each names, and returns the first answer that
// differs. A step that is listed among the deviations must differ from the recorded response.
func (c Conversation) Play(send func(Exchange) (Answer, error), deviations Deviations) error {
	talk := talk{jars: map[string]map[string]string{}}
	for i, step := range c.Steps {
		request, jar := talk.complete(step)
		answer, err := send(request)
		if err != nil {
			return err
		}
		counted := c.Group == "cap"
		want, differs, err := deviations.expected(c.Name, i+1, step.Response)
		if err != nil {
			return err
		}
		if err := want.Check(answer, jar, counted); err != nil {
			return fmt.Errorf("step %d, %s %s: %w", i+1, step.Request.Method, step.Request.Path, err)
		}
		if differs && step.Response.Check(answer, jar, counted) == nil {
			return fmt.Errorf("step %d is answered as it was recorded, and is listed as a difference", i+1)
		}
		talk.note(answer, jar)
	}
	return nil
}

// talk is what the clients of a conversation remember.
type talk struct {
	jars    map[string]map[string]string // name, value
	answers []Answer
}

// reference is {{a.csrftoken}}, a cookie in jar a, or {{2.token}}, a property of the JSON that answered step 2.
var reference = regexp.MustCompile(`\{\{(\w+)\.([\w-]+)\}\}`)

// complete returns the exchange with the values that it refers to, and its jar, whose cookies are among the headers.
func (t *talk) complete(step Exchange) (Exchange, map[string]string) {
	fill := func(text string) string {
		return reference.ReplaceAllStringFunc(text, func(found string) string {
			parts := reference.FindStringSubmatch(found)
			number, err := strconv.Atoi(parts[1])
			if err != nil {
				return t.jars[parts[1]][parts[2]]
			}
			var body map[string]string
			_ = json.Unmarshal([]byte(t.answers[number-1].Body), &body) // another body has no such property
			return body[parts[2]]
		})
	}
	headers := [][2]string{}
	for _, header := range step.Request.Headers {
		headers = append(headers, [2]string{header[0], fill(header[1])})
	}
	var jar map[string]string
	if step.Request.Jar != nil {
		if jar = t.jars[*step.Request.Jar]; jar == nil {
			jar = map[string]string{}
			t.jars[*step.Request.Jar] = jar
		}
	}
	var cookies []string
	for _, name := range slices.Sorted(maps.Keys(jar)) {
		cookies = append(cookies, name+"="+jar[name])
	}
	if len(cookies) > 0 {
		headers = append(headers, [2]string{"Cookie", strings.Join(cookies, "; ")})
	}
	step.Request.Path, step.Request.Body, step.Request.Headers = fill(step.Request.Path), fill(step.Request.Body), headers
	return step, jar
}

// note keeps an answer and its cookies, and drops those that expired.
func (t *talk) note(answer Answer, jar map[string]string) {
	t.answers = append(t.answers, answer)
	for _, cookie := range cookiesIn(answer) {
		switch {
		case jar == nil:
		case expired(cookie):
			delete(jar, cookie.Name)
		default:
			jar[cookie.Name] = cookie.Value
		}
	}
}
