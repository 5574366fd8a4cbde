package config

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
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
	settings, err := read[T](c.origin())
	if err != nil {
		return settings, err
	}
	return settings, settings.Validate()
}

// Value returns what a variable was set to, else its default.
func (c Config) Value(s Setting) string { return c.origin().value(s) }

// origin returns what the settings were read from. A Config that was not loaded has the defaults.
func (c Config) origin() *source { return cmp.Or(c.source, &source{}) }

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
	for _, setting := range s.read {
		if value := s.value(setting); value != setting.Default {
			changed[setting.Name] = value
		}
	}
	return changed
}

// value returns the default for an empty variable too, because a template passes every parameter.
func (s *source) value(of Setting) string { return cmp.Or(s.environment[of.Name], of.Default) }

// read fills a settings struct.
func read[T any](from *source) (T, error) {
	var settings T
	var problems []error
	for _, setting := range SettingsOf[T]() {
		if !slices.Contains(from.read, setting) {
			from.read = append(from.read, setting)
		}
		field := reflect.ValueOf(&settings).Elem().FieldByName(setting.Field)
		value := from.value(setting)
		switch target := field.Addr().Interface().(type) {
		case *string:
			*target = value
		case *[]string:
			if value != "" {
				*target = strings.Split(value, ",")
			}
		case *int:
			number, err := strconv.Atoi(value)
			if *target = number; err != nil {
				problems = append(problems, fmt.Errorf("%s: not a whole number", setting.Name))
			}
		case *bool:
			truth, err := strconv.ParseBool(value)
			if *target = truth; err != nil {
				problems = append(problems, fmt.Errorf("%s: not true or false", setting.Name))
			}
		default:
			problems = append(problems, fmt.Errorf("%s: the type %T cannot be read", setting.Name, target))
		}
	}
	return settings, errors.Join(problems...)
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
