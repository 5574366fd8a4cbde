package config

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Setting is one variable.
type Setting struct {
	Name    string // of the environment variable
	Default string
	Field   string // of the struct that holds it, from which the template's parameter has its name
}

// SettingsOf lists the variables of a settings struct, in its order.
func SettingsOf[T any]() []Setting {
	var settings []Setting
	for field := range reflect.TypeFor[T]().Fields() {
		if name, ok := field.Tag.Lookup("env"); ok {
			settings = append(settings, Setting{Name: name, Default: field.Tag.Get("envDefault"), Field: field.Name})
		}
	}
	return settings
}

// For reads a product's own settings from the environment that the common ones were loaded from.
func For[T interface{ Validate() error }](c Config) (T, error) {
	from := c.source
	if from == nil {
		from = &source{} // a Config that was not loaded: the defaults
	}
	settings, err := read[T](from)
	if err != nil {
		return settings, err
	}
	return settings, settings.Validate()
}

// Value returns what a variable was set to, else its default.
func (c Config) Value(s Setting) string {
	if c.source == nil {
		return s.Default
	}
	return cmp.Or(c.source.environment[s.Name], s.Default)
}

// Environment turns a list of NAME=value, as os.Environ returns it, into a map.
func Environment(list []string) map[string]string {
	variables := make(map[string]string, len(list))
	for _, entry := range list {
		name, value, _ := strings.Cut(entry, "=")
		variables[name] = value
	}
	return variables
}

// source is an environment, and the settings that were read from it.
type source struct {
	environment map[string]string
	read        []Setting
}

// changed returns the variables that were read and differ from their defaults.
func (s *source) changed() map[string]string {
	changed := map[string]string{}
	if s == nil {
		return changed
	}
	for _, setting := range s.read {
		if value := s.environment[setting.Name]; value != "" && value != setting.Default {
			changed[setting.Name] = value
		}
	}
	return changed
}

// read fills a settings struct. An empty variable takes its default, because a template passes every parameter.
func read[T any](from *source) (T, error) {
	given := make(map[string]string, len(from.environment))
	for name, value := range from.environment {
		if value != "" {
			given[name] = value
		}
	}
	for _, setting := range SettingsOf[T]() {
		if !slices.Contains(from.read, setting) {
			from.read = append(from.read, setting)
		}
	}
	settings, err := env.ParseAsWithOptions[T](env.Options{Environment: given})
	if err != nil {
		return settings, readable[T](err)
	}
	return settings, nil
}

// readable names the variable that cannot be read, where the library names the struct's field.
func readable[T any](err error) error {
	var aggregate env.AggregateError
	if !errors.As(err, &aggregate) {
		return err
	}
	var problems []error
	for _, problem := range aggregate.Errors {
		var parse env.ParseError
		if !errors.As(problem, &parse) {
			problems = append(problems, problem)
			continue
		}
		field, _ := reflect.TypeFor[T]().FieldByName(parse.Name)
		kind := "a whole number"
		if field.Type.Kind() == reflect.Bool {
			kind = "true or false"
		}
		problems = append(problems, fmt.Errorf("%s: not %s", field.Tag.Get("env"), kind))
	}
	return errors.Join(problems...)
}

// Between returns an error unless low <= value <= high.
func Between(name string, value, low, high int) error {
	if low <= value && value <= high {
		return nil
	}
	return mustBe(name, fmt.Sprintf("from %d to %d", low, high))
}

// Within returns an error unless value is at least one unit and at most a year of them: longer is a mistake in the unit.
func Within(name string, value int, unit time.Duration) error {
	const year = 365 * 24 * time.Hour
	return Between(name, value, 1, int(year/unit))
}

// OneOf returns an error unless value is one of the allowed ones.
func OneOf(name, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	last := len(allowed) - 1
	return mustBe(name, strings.Join(allowed[:last], ", ")+" or "+allowed[last])
}

func mustBe(name, want string) error { return fmt.Errorf("%s: must be %s", name, want) }
