package chain

import (
	"context"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/onrush/onrush/extension/internal/fault"
)

const transferGas = 21_000

// Signer is an account that can sign: Sign gives the 65-byte signature [R || S || V] of a hash.
type Signer struct {
	Address common.Address
	Sign    func(hash []byte) ([]byte, error)
}

// Tx is a transaction to send.
type Tx struct {
	From Signer
	// To is nil for a deployment.
	To    *common.Address
	Value *big.Int
	Data  []byte
	// Gas limit; 0: 21,000 for a transfer without data (set it where the receiver is a contract), else the node's estimate
	// and a fifth.
	Gas uint64
	// Nonce chosen by the caller; nil leaves it to the account's nonce manager.
	Nonce *uint64
	Fees  Fees
}

// Sent is what sending one transaction came to: Hash is set unless Err is.
type Sent struct {
	Hash common.Hash
	Err  error
}

// signed is a transaction as it goes over the wire.
type signed struct {
	hash common.Hash
	raw  []byte
}

// sign builds and signs tx with what the caller left open decided.
func (tx *Tx) sign(chain, nonce, gas uint64, fees Fees) (result signed, failed error) {
	defer func() {
		if r := recover(); r != nil {
			failed = fault.OfPanic(r)
		}
	}()
	value := tx.Value
	if value == nil {
		value = new(big.Int)
	}
	var inner types.TxData
	if fees.GasPrice != nil {
		inner = &types.LegacyTx{Nonce: nonce, To: tx.To, Value: value, Gas: gas, GasPrice: fees.GasPrice, Data: tx.Data}
	} else {
		inner = &types.DynamicFeeTx{
			ChainID: new(big.Int).SetUint64(chain), Nonce: nonce, To: tx.To, Value: value, Gas: gas,
			GasTipCap: fees.TipCap, GasFeeCap: fees.FeeCap, Data: tx.Data,
		}
	}
	unsigned := types.NewTx(inner)
	signer := types.LatestSignerForChainID(new(big.Int).SetUint64(chain))
	hash := signer.Hash(unsigned)
	signature, err := tx.From.Sign(hash[:])
	if err != nil {
		return signed{}, fault.From(err)
	}
	if len(signature) == 65 && signature[64] >= 27 {
		signature = append(signature[:64:64], signature[64]-27)
	}
	complete, err := unsigned.WithSignature(signer, signature)
	if err != nil {
		return signed{}, fault.From(err)
	}
	raw, err := complete.MarshalBinary()
	if err != nil {
		return signed{}, fault.From(err)
	}
	return signed{hash: complete.Hash(), raw: raw}, nil
}

// request is the call that submits s, encoded without reflection: it is the busiest one.
func (s signed) request() Request {
	params := make([]byte, 0, 2*len(s.raw)+8)
	params = append(params, `["`...)
	params = append(params, hexutil.Encode(s.raw)...)
	return Request{Method: "eth_sendRawTransaction", Params: append(params, `"]`...)}
}

func (s signed) lookup() Request { return NewRequest("eth_getTransactionByHash", s.hash) }

// EstimateGas asks the node what a transaction would use; the Signer in tx needs no Sign.
func (c *Client) EstimateGas(ctx context.Context, tx *Tx) (uint64, error) {
	if err := c.ready(ctx); err != nil {
		return 0, err
	}
	var gas quantity
	err := c.callInto(ctx, &gas, "eth_estimateGas", tx.estimateArgs())
	return uint64(gas), err
}

func (tx *Tx) estimateArgs() map[string]any {
	from := tx.From.Address
	return callArgs(&from, tx.To, tx.Data, tx.Value)
}

// withMargin is the gas limit for an estimate: what a transaction finds when it is included differs from what the
// estimate saw.
func withMargin(estimate uint64) uint64 { return estimate + estimate/5 }
