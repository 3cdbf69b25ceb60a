package demo

import (
	"cmp"
	"context"
	"database/sql"
	"path/filepath"
	"slices"

	"headwater/lake"
)

// Negotiation is the branch on which the demo tries new terms for renewals.
const Negotiation = "续约谈判"

// negotiate writes over contracts and invoices of the billing system: on main, invoices
// whose day to pay was put off, which wait to be written back, and on a branch, terms that are
// still talked about. Then the billing system moves one of those contracts itself.
func (b *books) negotiate(ctx context.Context, l *lake.Lake, folder string, by lake.Principal) error {
	unpaid, soon := b.unpaid(), b.renewingSoon()
	if len(unpaid) < 4 || len(soon) < 4 {
		return nil // a story of other people
	}
	err := b.edit(ctx, l, by, lake.MainName, "财务确认延期付款 Finance agrees to later payment", func(tx *lake.Tx) error {
		for _, v := range unpaid[:2] {
			if _, err := tx.Put("invoices", lake.Key(v.number), lake.Cells{"due_on": dateCell(workday(v.due.AddDate(0, 1, 0)))}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if _, err := l.CreateBranch(ctx, by, lake.NewBranch{Name: Negotiation, Shared: true, Note: "120 天内到期合同的报价方案 Terms for contracts that renew within 120 days"}); err != nil {
		return err
	}
	err = b.edit(ctx, l, by, Negotiation, "续约报价 Terms for renewal", func(tx *lake.Tx) error {
		for i, c := range soon[:4] {
			cells := lake.Cells{"price_per_year": lake.Cell(money(c.price * int64(95-3*i) / 100)), "seats": intCell(c.seats + 10*(i+1))}
			if i == 3 {
				cells = lake.Cells{"payment_days": intCell(90)}
			}
			if _, err := tx.Put("contracts", lake.Key(c.number), cells); err != nil {
				return err
			}
		}
		for _, v := range unpaid[2:4] {
			if _, err := tx.Put("invoices", lake.Key(v.number), lake.Cells{"amount": lake.Cell(money(v.amount * 9 / 10))}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return onBilling(ctx, filepath.Join(folder, billingFile), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE contracts SET price_per_year=? WHERE number=?", money(soon[0].price*105/100), soon[0].number)
		return err
	})
}

func (b *books) edit(ctx context.Context, l *lake.Lake, by lake.Principal, branch, reason string, fn func(*lake.Tx) error) error {
	_, err := l.Write(ctx, by, branch, func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Kind: "write", Reason: reason})
		return fn(tx)
	})
	return err
}

// unpaid are invoices that wait for their money, the latest first.
func (b *books) unpaid() []*invoice {
	list := slices.DeleteFunc(slices.Clone(b.invoices), func(v *invoice) bool { return v.status != "open" && v.status != "overdue" })
	slices.Reverse(list)
	return list
}

// renewingSoon are contracts in the order of their renewal.
func (b *books) renewingSoon() []*contract {
	list := slices.DeleteFunc(slices.Clone(b.contracts), func(c *contract) bool { return c.renews.IsZero() || c.renews.Before(b.now.AddDate(0, 0, 14)) })
	slices.SortStableFunc(list, func(x, y *contract) int { return cmp.Or(x.renews.Compare(y.renews), cmp.Compare(x.number, y.number)) })
	return list
}
