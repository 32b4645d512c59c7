// The branches of a phrase, m/44'/60'/branch'/0/i, by what their accounts are for.

/** Users' wallets, with the funder at index 0. */
export const WALLET_BRANCH = 0;
/** The funding workers' accounts. */
export const WORKER_BRANCH = 1;
