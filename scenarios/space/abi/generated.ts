// Made by the build from wanted.json and the contracts (scripts/abis.mjs). Not for editing.

export const membershipAbi = [
{"type":"function","name":"expiresAt","inputs":[{"name":"tokenId","type":"uint256"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"tokensOfOwner","inputs":[{"name":"account","type":"address"}],"outputs":[{"name":"tokenIds","type":"uint256[]"}],"stateMutability":"view"},
{"type":"function","name":"balanceOf","inputs":[{"name":"account","type":"address"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"}
] as const;

export const mintingAbi = [
{"type":"function","name":"joinSpace","inputs":[{"name":"action","type":"uint8"},{"name":"data","type":"bytes"}],"outputs":[],"stateMutability":"payable"},
{"type":"function","name":"joinSpace","inputs":[{"name":"receiver","type":"address"}],"outputs":[],"stateMutability":"payable"},
{"type":"function","name":"renewMembership","inputs":[{"name":"tokenId","type":"uint256"}],"outputs":[],"stateMutability":"payable"},
{"type":"function","name":"totalSupply","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getMembershipRenewalPrice","inputs":[{"name":"tokenId","type":"uint256"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getMembershipFreeAllocation","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getMembershipLimit","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getMembershipCurrency","inputs":[],"outputs":[{"type":"address"}],"stateMutability":"pure"},
{"type":"function","name":"getMembershipPricingModule","inputs":[],"outputs":[{"type":"address"}],"stateMutability":"view"},
{"type":"event","name":"MembershipTokenIssued","inputs":[{"indexed":true,"name":"recipient","type":"address"},{"indexed":true,"name":"tokenId","type":"uint256"}]},
{"type":"event","name":"MembershipTokenRejected","inputs":[{"indexed":true,"name":"recipient","type":"address"}]},
{"type":"event","name":"SubscriptionUpdate","inputs":[{"indexed":true,"name":"tokenId","type":"uint256"},{"indexed":false,"name":"expiration","type":"uint64"}]},
{"type":"error","name":"Membership__InsufficientPayment","inputs":[]},
{"type":"error","name":"Membership__MaxSupplyReached","inputs":[]},
{"type":"error","name":"Membership__InvalidAddress","inputs":[]},
{"type":"error","name":"Membership__InvalidPayment","inputs":[]}
] as const;

export const pricingAbi = [
{"type":"function","name":"getPrice","inputs":[{"type":"uint256"},{"type":"uint256"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"}
] as const;

export const spaceAbi = [
{"type":"constructor","inputs":[{"components":[{"name":"name","type":"string"},{"name":"symbol","type":"string"},{"name":"price","type":"uint256"},{"name":"maxSupply","type":"uint256"},{"name":"duration","type":"uint64"},{"name":"freeAllocation","type":"uint256"},{"name":"pricingModule","type":"address"}],"name":"info","type":"tuple"},{"name":"owner_","type":"address"}],"stateMutability":"nonpayable"},
{"type":"error","name":"BalanceQueryForZeroAddress","inputs":[]},
{"type":"error","name":"Membership__CannotSetFreeAllocationOnPaidSpace","inputs":[]},
{"type":"error","name":"Membership__InsufficientPayment","inputs":[]},
{"type":"error","name":"Membership__InvalidAddress","inputs":[]},
{"type":"error","name":"Membership__InvalidDuration","inputs":[]},
{"type":"error","name":"Membership__InvalidFreeAllocation","inputs":[]},
{"type":"error","name":"Membership__InvalidMaxSupply","inputs":[]},
{"type":"error","name":"Membership__InvalidPayment","inputs":[]},
{"type":"error","name":"Membership__MaxSupplyReached","inputs":[]},
{"type":"error","name":"Ownable__NotOwner","inputs":[{"name":"account","type":"address"}]},
{"type":"error","name":"OwnerQueryForNonexistentToken","inputs":[]},
{"type":"error","name":"TransferCallerNotOwnerNorApproved","inputs":[]},
{"type":"error","name":"TransferFailed","inputs":[]},
{"type":"error","name":"TransferFromIncorrectOwner","inputs":[]},
{"type":"error","name":"TransferToZeroAddress","inputs":[]},
{"type":"event","name":"MembershipFreeAllocationUpdated","inputs":[{"indexed":true,"name":"allocation","type":"uint256"}]},
{"type":"event","name":"MembershipPaid","inputs":[{"indexed":true,"name":"currency","type":"address"},{"indexed":false,"name":"price","type":"uint256"},{"indexed":false,"name":"protocolFee","type":"uint256"}]},
{"type":"event","name":"MembershipTokenIssued","inputs":[{"indexed":true,"name":"recipient","type":"address"},{"indexed":true,"name":"tokenId","type":"uint256"}]},
{"type":"event","name":"MembershipTokenRejected","inputs":[{"indexed":true,"name":"recipient","type":"address"}]},
{"type":"event","name":"SubscriptionUpdate","inputs":[{"indexed":true,"name":"tokenId","type":"uint256"},{"indexed":false,"name":"expiration","type":"uint64"}]},
{"type":"event","name":"Transfer","inputs":[{"indexed":true,"name":"from","type":"address"},{"indexed":true,"name":"to","type":"address"},{"indexed":true,"name":"tokenId","type":"uint256"}]},
{"type":"function","name":"balanceOf","inputs":[{"name":"account","type":"address"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"expiresAt","inputs":[{"name":"tokenId","type":"uint256"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getMembershipCurrency","inputs":[],"outputs":[{"type":"address"}],"stateMutability":"pure"},
{"type":"function","name":"getMembershipDuration","inputs":[],"outputs":[{"type":"uint64"}],"stateMutability":"view"},
{"type":"function","name":"getMembershipFreeAllocation","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getMembershipLimit","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getMembershipPrice","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getMembershipPricingModule","inputs":[],"outputs":[{"type":"address"}],"stateMutability":"view"},
{"type":"function","name":"getMembershipRenewalPrice","inputs":[{"name":"tokenId","type":"uint256"}],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getProtocolFee","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getSpaceFactory","inputs":[],"outputs":[{"type":"address"}],"stateMutability":"view"},
{"type":"function","name":"isRejected","inputs":[{"name":"account","type":"address"}],"outputs":[{"type":"bool"}],"stateMutability":"view"},
{"type":"function","name":"joinSpace","inputs":[{"name":"action","type":"uint8"},{"name":"data","type":"bytes"}],"outputs":[],"stateMutability":"payable"},
{"type":"function","name":"joinSpace","inputs":[{"name":"receiver","type":"address"}],"outputs":[],"stateMutability":"payable"},
{"type":"function","name":"joinSpaceWithReferral","inputs":[{"name":"receiver","type":"address"},{"components":[{"name":"partner","type":"address"},{"name":"userReferral","type":"address"},{"name":"referralCode","type":"string"}],"name":"referral","type":"tuple"}],"outputs":[],"stateMutability":"payable"},
{"type":"function","name":"multicall","inputs":[{"name":"data","type":"bytes[]"}],"outputs":[{"name":"results","type":"bytes[]"}],"stateMutability":"nonpayable"},
{"type":"function","name":"name","inputs":[],"outputs":[{"type":"string"}],"stateMutability":"view"},
{"type":"function","name":"owner","inputs":[],"outputs":[{"type":"address"}],"stateMutability":"view"},
{"type":"function","name":"ownerOf","inputs":[{"name":"tokenId","type":"uint256"}],"outputs":[{"name":"holder","type":"address"}],"stateMutability":"view"},
{"type":"function","name":"renewMembership","inputs":[{"name":"tokenId","type":"uint256"}],"outputs":[],"stateMutability":"payable"},
{"type":"function","name":"revenue","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"setMembershipDuration","inputs":[{"name":"duration","type":"uint64"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"setMembershipFreeAllocation","inputs":[{"name":"allocation","type":"uint256"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"setMembershipLimit","inputs":[{"name":"limit","type":"uint256"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"setMembershipPrice","inputs":[{"name":"price","type":"uint256"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"setRejected","inputs":[{"name":"account","type":"address"},{"name":"rejected","type":"bool"}],"outputs":[],"stateMutability":"nonpayable"},
{"type":"function","name":"supportsInterface","inputs":[{"name":"interfaceId","type":"bytes4"}],"outputs":[{"type":"bool"}],"stateMutability":"pure"},
{"type":"function","name":"symbol","inputs":[],"outputs":[{"type":"string"}],"stateMutability":"view"},
{"type":"function","name":"tokensOfOwner","inputs":[{"name":"account","type":"address"}],"outputs":[{"name":"tokenIds","type":"uint256[]"}],"stateMutability":"view"},
{"type":"function","name":"totalSupply","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"transferFrom","inputs":[{"name":"from","type":"address"},{"name":"to","type":"address"},{"name":"tokenId","type":"uint256"}],"outputs":[],"stateMutability":"nonpayable"}
] as const;

export const spaceFactoryAbi = [
{"type":"function","name":"createSpace","inputs":[{"components":[{"name":"name","type":"string"},{"name":"symbol","type":"string"},{"name":"price","type":"uint256"},{"name":"maxSupply","type":"uint256"},{"name":"duration","type":"uint64"},{"name":"freeAllocation","type":"uint256"},{"name":"pricingModule","type":"address"}],"name":"info","type":"tuple"}],"outputs":[{"name":"space","type":"address"}],"stateMutability":"nonpayable"},
{"type":"event","name":"SpaceCreated","inputs":[{"indexed":true,"name":"owner","type":"address"},{"indexed":true,"name":"tokenId","type":"uint256"},{"indexed":true,"name":"space","type":"address"}]}
] as const;
