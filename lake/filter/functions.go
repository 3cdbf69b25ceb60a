package filter

import (
	"strconv"
	"time"
)

const maxSteps = 40_000 // days, weeks … that a function may go away from today

// call reads the arguments of a function and computes it.
func (p *parser) call(v *value) error {
	name := v.token
	var args []token
	if err := p.advance(); err != nil { // the parenthesis
		return err
	}
	for p.tok.kind != tokClose {
		if p.tok.kind != tokText && p.tok.kind != tokString || len(args) > 2 {
			return p.unexpected("The arguments of " + name.text + " are wrong")
		}
		args = append(args, p.tok)
		if err := p.advance(); err != nil {
			return err
		}
		if p.tok.kind == tokComma {
			if err := p.advance(); err != nil {
				return err
			}
		}
	}
	v.call = name.text
	if err := p.compute(v, args); err != nil {
		return err
	}
	return p.advance()
}

func (p *parser) compute(v *value, args []token) error {
	now := p.env.Now.In(p.env.Zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, p.env.Zone)
	unit := ""
	if v.call == "start_of" && len(args) > 0 {
		unit, args = args[0].text, args[1:]
	}
	n, err := p.steps(v, args)
	if err != nil {
		return err
	}
	switch v.call {
	case "today":
		v.day = today.AddDate(0, 0, n)
	case "days_ago":
		v.day = today.AddDate(0, 0, -n)
	case "now":
		v.at = p.env.Now
	case "me":
		if v.key = p.env.Me; v.key == "" {
			return p.fail(v.token, "value", "me() is nobody here: the question isn't asked by a person.")
		}
	case "start_of":
		day, ok := startOf(today, unit, n)
		if !ok {
			return p.fail(v.token, "value", "start_of takes week, month, quarter or year first.")
		}
		v.day = day
	default:
		return p.fail(v.token, "function_unknown", "There is no function "+strconv.Quote(v.call)+
			"; there are today, now, me, days_ago and start_of.")
	}
	if y := v.day.Year(); !v.day.IsZero() && (y < 2 || y > 9998) {
		return p.fail(v.token, "value", "The day is too far away.")
	}
	return nil
}

func (p *parser) steps(v *value, args []token) (int, error) {
	takes := v.call != "now" && v.call != "me"
	if len(args) == 0 {
		return 0, nil
	}
	n, err := strconv.Atoi(args[0].text)
	if err != nil || len(args) > 1 || !takes || n > maxSteps || n < -maxSteps {
		return 0, p.fail(args[0], "value", "The arguments of "+v.call+" are wrong.")
	}
	return n, nil
}

func startOf(today time.Time, unit string, n int) (time.Time, bool) {
	y, m, _ := today.Date()
	at := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, today.Location()) }
	switch unit {
	case "week": // begins on Monday
		return today.AddDate(0, 0, -(int(today.Weekday())+6)%7+7*n), true
	case "month":
		return at(y, m+time.Month(n), 1), true
	case "quarter":
		return at(y, (m-1)/3*3+1+time.Month(3*n), 1), true
	case "year":
		return at(y+n, 1, 1), true
	}
	return today, false
}
