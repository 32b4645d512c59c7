package chain

import (
	"context"
	"math/big"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

const (
	// A head this old still serves for fees: twice its base fee covers six full blocks of rises.
	headAge = 2 * time.Second
	tipAge  = 10 * time.Second
)

var gwei = big.NewInt(1_000_000_000)

// Fees is what a transaction offers per gas in wei. A nil field is not decided; GasPrice excludes the other two.
type Fees struct {
	GasPrice, FeeCap, TipCap *big.Int
}

// given tells whether the caller decided anything.
func (f Fees) given() bool { return f.GasPrice != nil || f.FeeCap != nil || f.TipCap != nil }

// feeTip is the tip (with a base fee) or the gas price (without) that the node suggests.
type feeTip struct{ tip, price *big.Int }

// Fees is what a transaction sent now should offer: twice the base fee and a tip, or the gas price on a chain without
// base fee.
func (c *Client) Fees(ctx context.Context) (Fees, error) {
	if err := c.ready(ctx); err != nil {
		return Fees{}, err
	}
	return c.completeFees(ctx, Fees{})
}

// completeFees decides what the caller left open.
func (c *Client) completeFees(ctx context.Context, fees Fees) (Fees, error) {
	if fees.GasPrice != nil || (fees.FeeCap != nil && fees.TipCap != nil) {
		return fees, nil
	}
	head, err := c.recentHead(ctx)
	if err != nil {
		return fees, err
	}
	suggested, err := c.suggestion(ctx, head)
	if err != nil {
		return fees, err
	}
	if head.BaseFee == nil && !fees.given() {
		return Fees{GasPrice: suggested.price}, nil
	}
	if fees.TipCap == nil {
		fees.TipCap = suggested.tip
		if fees.FeeCap != nil && fees.TipCap.Cmp(fees.FeeCap) > 0 {
			fees.TipCap = fees.FeeCap
		}
	}
	if fees.FeeCap == nil {
		base := head.BaseFee
		if base == nil {
			base = suggested.price
		}
		fees.FeeCap = new(big.Int).Add(new(big.Int).Lsh(base, 1), fees.TipCap)
	}
	return fees, nil
}

// recentHead is a header young enough for fees.
func (c *Client) recentHead(ctx context.Context) (*Head, error) {
	return c.endpoint.head.get(ctx, headAge, func(ctx context.Context) (*Head, error) { return c.readHeader(ctx, latest) })
}

func (c *Client) suggestion(ctx context.Context, head *Head) (*feeTip, error) {
	return c.endpoint.tip.get(ctx, tipAge, func(ctx context.Context) (*feeTip, error) {
		var price amount
		if head.BaseFee == nil {
			if err := c.callInto(ctx, &price, "eth_gasPrice"); err != nil {
				return nil, err
			}
			return &feeTip{tip: price.big(), price: price.big()}, nil
		}
		err := c.callInto(ctx, &price, "eth_maxPriorityFeePerGas")
		if err != nil && fault.From(err).Kind == fault.Protocol { // the method is optional
			return &feeTip{tip: gwei, price: new(big.Int).Add(head.BaseFee, gwei)}, nil
		}
		if err != nil {
			return nil, err
		}
		return &feeTip{tip: price.big(), price: new(big.Int).Add(head.BaseFee, price.big())}, nil
	})
}

// forgetFees makes the next transaction look at the head again.
func (c *Client) forgetFees() {
	c.endpoint.head.forget()
	c.endpoint.tip.forget()
}
