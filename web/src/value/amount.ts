/** Money as the server writes it: "52397.06 USD". */
export interface Amount {
  amount: string
  currency: string
}

export function amountOf(text: string): Amount {
  const [amount = '', currency = ''] = text.split(' ')
  return { amount, currency }
}

/** A share such as 0.254 in per cent, with one digit. */
export const percent = (share: string): string => (share === '' ? '' : (Number(share) * 100).toLocaleString('en-US', { maximumFractionDigits: 1 }) + '%')

/** Whether a text is a decimal that the server takes. */
export const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text.trim())
