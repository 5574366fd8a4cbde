package config_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/config"
)

func TestDefaults(t *testing.T) {
	t.Parallel()
	got, err := config.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := (attempts.Policy{Limit: 10, Lockout: 30 * time.Minute, Cap: 100}); got.Policy() != want {
		t.Errorf("policy %+v, want %+v", got.Policy(), want)
	}
	if got.BcryptCost != 12 || got.SourceLimit != 60 || !got.CookieSecure || len(got.CORSOrigins) != 0 {
		t.Errorf("got %+v", got)
	}
	if warnings := got.Warnings(); len(warnings) > 0 {
		t.Errorf("the defaults give the warnings %q", warnings)
	}
}

func TestLoadReadsEverySetting(t *testing.T) {
	t.Parallel()
	for _, setting := range config.SettingsOf[config.Config]() {
		if setting.Name == "" {
			t.Errorf("a setting has no variable")
		}
		if _, err := config.Load(map[string]string{setting.Name: setting.Default}); err != nil {
			t.Errorf("%s refuses its default %q: %v", setting.Name, setting.Default, err)
		}
		if _, err := config.Load(map[string]string{setting.Name: ""}); err != nil {
			t.Errorf("%s refuses to be empty: %v", setting.Name, err)
		}
	}
	got, err := config.Load(map[string]string{
		"ATTEMPT_LIMIT": "0", "CORS_ORIGINS": "https://a.example, http://b.example:8080", "PUBLIC_URL": "https://login.example.com/prod",
		"COOKIE_SECURE": "false",
	})
	if err != nil || got.AttemptLimit != 0 || got.CookieSecure ||
		!slices.Equal(got.CORSOrigins, []string{"https://a.example", "http://b.example:8080"}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestLoadRefuses: what is wrong is said by the variable's name, and all of it at once.
func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		name, value, want string
	}{
		"no number":           {"ATTEMPT_LIMIT", "ten", "ATTEMPT_LIMIT: not a whole number"},
		"negative":            {"ATTEMPT_LIMIT", "-1", "ATTEMPT_LIMIT: must be from 0"},
		"no bool":             {"COOKIE_SECURE", "perhaps", "COOKIE_SECURE: not true or false"},
		"cost below bcrypt's": {"BCRYPT_COST", "3", "BCRYPT_COST: must be from 4 to 16"},
		"minimum below 8":     {"PASSWORD_MIN", "7", "PASSWORD_MIN: must be from 8 to 64"},
		"no window":           {"LOCKOUT_MINUTES", "0", "LOCKOUT_MINUTES: must be from 1"},
		"unknown level":       {"LOG_LEVEL", "loud", "LOG_LEVEL: must be"},
		"no URL":              {"PUBLIC_URL", "login.example.com", "PUBLIC_URL: must be"},
		"URL with a password": {"PUBLIC_URL", "https://user:secret@x.example", "PUBLIC_URL: must be"},
		"origin with path":    {"CORS_ORIGINS", "https://x.example/", "CORS_ORIGINS: must be"},
		"origin is a star":    {"CORS_ORIGINS", "*", "CORS_ORIGINS: must be"},
		"window for ever":     {"LOCKOUT_MINUTES", "1000000", "LOCKOUT_MINUTES: must be from 1 to 525600"},
		"neither on nor off":  {"REHASH", "never", "REHASH: must be on or off"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(map[string]string{row.name: row.value})
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%s=%s: error %v, want one with %q", row.name, row.value, err, row.want)
			}
		})
	}
	_, err := config.Load(map[string]string{"ATTEMPT_LIMIT": "x", "BCRYPT_COST": "y"})
	if err == nil || !strings.Contains(err.Error(), "ATTEMPT_LIMIT") || !strings.Contains(err.Error(), "BCRYPT_COST") {
		t.Errorf("two mistakes: error %v, want both named", err)
	}
}

func TestSettingsThatOpenADoorWarn(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{"SOURCE_LIMIT": "0", "COOKIE_SECURE": "false"} {
		open, err := config.Load(map[string]string{name: value})
		if warnings := open.Warnings(); err != nil || len(warnings) != 1 || !strings.HasPrefix(warnings[0], name+" is "+value) {
			t.Errorf("%s=%s: warnings %q, %v, want one for it", name, value, warnings, err)
		}
	}
}

func TestSecurity10WeakSettingsWarn(t *testing.T) {
	t.Parallel()
	weak, err := config.Load(map[string]string{"BCRYPT_COST": "4", "ATTEMPT_LIMIT": "0", "FAILURE_CAP": "0"})
	if err != nil || len(weak.Warnings()) != 2 {
		t.Errorf("warnings %q, %v, want one for the cost and one for the limits", weak.Warnings(), err)
	}
}
