package login

import (
	"context"
	"log/slog"

	"gatehouse/shared/directory"
)

// record writes the one line that every login leaves in the log (OWASP ASVS 5.0, 16.3.1). It names accounts by id and
// unknown ones not at all: what was typed as a user name is now and then a password.
func (v *Visit) record(
	ctx context.Context, account directory.Account, app *directory.Application, outcome Outcome, fault error,
) {
	attributes := v.attributes()
	if account.Known {
		attributes = append(attributes, slog.String("account", account.Key))
	}
	if account.Realm != "" {
		attributes = append(attributes, slog.String("realm", account.Realm))
	}
	if app != nil {
		attributes = append(attributes, slog.Int64("application", app.ID))
	}
	if fault != nil {
		v.fault(ctx, attributes, fault)
		return
	}
	v.write(ctx, slog.LevelInfo, append(attributes, slog.String("outcome", string(outcome))))
}

// turnAway logs a request that was not admitted.
func (v *Visit) turnAway(ctx context.Context, outcome string, fault error) {
	if fault != nil {
		v.fault(ctx, v.attributes(), fault)
		return
	}
	v.write(ctx, slog.LevelWarn, append(v.attributes(), slog.String("outcome", outcome)))
}

func (v *Visit) fault(ctx context.Context, attributes []slog.Attr, fault error) {
	v.write(ctx, slog.LevelError, append(attributes, slog.String("outcome", "fault"), slog.String("error", fault.Error())))
}

// write writes the line whatever level the log has: no setting silences the record of a login. It calls the handler
// directly because only [slog.Logger] compares levels.
func (v *Visit) write(ctx context.Context, level slog.Level, attributes []slog.Attr) {
	line := slog.NewRecord(v.service.Clock(), level, "login", 0)
	line.AddAttrs(attributes...)
	_ = v.service.Log.Handler().Handle(ctx, line)
}

func (v *Visit) attributes() []slog.Attr {
	return []slog.Attr{
		slog.String("product", v.caller.Product),
		slog.String("source", v.caller.Source),
		slog.String("request_id", v.caller.RequestID),
	}
}
