package rpctest

import (
	"encoding/json"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
)

// simulate is eth_call and eth_estimateGas.
func (n *Node) simulate(call call) (any, *Failure) {
	var args struct {
		To    *common.Address `json:"to"`
		Data  hexutil.Bytes   `json:"data"`
		Input hexutil.Bytes   `json:"input"`
	}
	if len(call.Params) == 0 || json.Unmarshal(call.Params[0], &args) != nil {
		return nil, &Failure{Code: -32602, Message: "invalid params"}
	}
	var output, revert []byte
	if args.To != nil && n.contract[*args.To] != nil {
		output, revert = n.contract[*args.To](append(args.Data, args.Input...))
	}
	if revert != nil {
		return nil, &Failure{Code: 3, Message: "execution reverted", Data: hex(revert)}
	}
	if call.Method == "eth_estimateGas" {
		return quantity(50_000), nil
	}
	return hex(output), nil
}

const multicallABI = `[
	{"type":"function","name":"aggregate3","inputs":[{"name":"calls","type":"tuple[]","components":[
		{"name":"target","type":"address"},{"name":"allowFailure","type":"bool"},{"name":"callData","type":"bytes"}]}],
	 "outputs":[{"name":"returnData","type":"tuple[]","components":[
		{"name":"success","type":"bool"},{"name":"returnData","type":"bytes"}]}]},
	{"type":"function","name":"getEthBalance",
	 "inputs":[{"name":"addr","type":"address"}],"outputs":[{"name":"balance","type":"uint256"}]}]`

// DeployMulticall puts Multicall3's aggregate3 and getEthBalance at address.
func (n *Node) DeployMulticall(address common.Address) {
	parsed, err := abi.JSON(strings.NewReader(multicallABI))
	if err != nil {
		panic(err)
	}
	n.Deploy(address, func(input []byte) ([]byte, []byte) {
		method, err := parsed.MethodById(input)
		if err != nil {
			return nil, []byte{}
		}
		values, err := method.Inputs.Unpack(input[4:])
		if err != nil {
			return nil, []byte{}
		}
		if method.Name == "getEthBalance" {
			output, _ := method.Outputs.Pack(n.account(values[0].(common.Address)).balance)
			return output, nil
		}
		calls := *abi.ConvertType(values[0], new([]struct {
			Target       common.Address
			AllowFailure bool
			CallData     []byte
		})).(*[]struct {
			Target       common.Address
			AllowFailure bool
			CallData     []byte
		})
		type result struct {
			Success    bool
			ReturnData []byte
		}
		results := make([]result, len(calls))
		for i, call := range calls {
			results[i].Success = true
			if contract := n.contract[call.Target]; contract != nil {
				output, revert := contract(call.CallData)
				results[i] = result{Success: revert == nil, ReturnData: append(output, revert...)}
			}
		}
		output, _ := method.Outputs.Pack(results)
		return output, nil
	})
}
