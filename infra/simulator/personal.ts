import type { PlatformOrder } from './order.ts';

const SURNAMES = '王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗';

/** Personal data the way platforms give it out: masks for people, ciphertext for machines, never the plain thing. */
export interface Personal {
  readonly nameMask: string;
  readonly phoneMask: string;
  readonly addressMask: string;
  /** Changes when the address does; stands inside each made-up ciphertext. */
  readonly sealed: string;
}

export function personalOf(order: PlatformOrder): Personal {
  const tail = Number(order.orderId.slice(-4).replace(/\D/g, ''));
  return {
    nameMask: `${SURNAMES[tail % SURNAMES.length] ?? '王'}*`,
    phoneMask: `1********${String(tail % 100).padStart(2, '0')}`,
    addressMask: `***路${(tail % 9) + 1}**号`,
    sealed: Buffer.from(`sim:${order.orderId}:${order.addressVersion}`).toString('base64url'),
  };
}
