package main

import (
	"fmt"
	"strings"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
)

// verdict is whether a user can log in now, and the limits that decided.
type verdict struct {
	CanLogIn bool     `json:"can_log_in"` // at the endpoints that count in the realm
	WhyNot   []string `json:"why_not"`    // empty if it can
	JudgedBy judgedBy `json:"judged_by"`

	elsewhere []string // applications with limits of their own that refuse it
}

// judgedBy are the settings that decide about locks.
type judgedBy struct {
	AttemptLimit   int `json:"ATTEMPT_LIMIT"`
	LockoutMinutes int `json:"LOCKOUT_MINUTES"`
	FailureCap     int `json:"FAILURE_CAP"`
}

func verdictOn(user directory.User, counted []countView, settings config.Config) verdict {
	v := verdict{
		WhyNot:   []string{},
		JudgedBy: judgedBy{settings.AttemptLimit, settings.LockoutMinutes, settings.FailureCap},
	}
	because := func(holds bool, reason string) {
		if holds {
			v.WhyNot = append(v.WhyNot, reason)
		}
	}
	service := user.AccountType == directory.ServiceAccount
	because(!user.Active, "inactive")
	because(!user.Confirmed, "unconfirmed")
	because(service, "a service account")
	because(!service && user.Password() == "", "no password")
	for _, count := range counted {
		locked := "locked " + count.lock()
		switch {
		case count.Locked && count.Application == nil:
			because(true, locked)
		case count.Locked:
			v.elsewhere = append(v.elsewhere, count.by()+": "+locked)
		}
	}
	v.CanLogIn = len(v.WhyNot) == 0
	return v
}

// String returns the verdict for people, in two lines.
func (v verdict) String() string {
	answer := "yes"
	if !v.CanLogIn {
		answer = "no, " + strings.Join(v.WhyNot, ", ")
	}
	for _, application := range v.elsewhere {
		answer += "; " + application
	}
	return fmt.Sprintf("can log in: %s\njudged by: ATTEMPT_LIMIT=%d LOCKOUT_MINUTES=%d FAILURE_CAP=%d",
		answer, v.JudgedBy.AttemptLimit, v.JudgedBy.LockoutMinutes, v.JudgedBy.FailureCap)
}
