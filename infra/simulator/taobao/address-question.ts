import { chinaTextFromMs } from '../../../shared/kernel/time.ts';
import type { PlatformOrder } from '../order.ts';
import { personalOf } from '../personal.ts';
import { spellingOf } from '../places.ts';
import type { Place } from '../places.ts';
import { fieldOf, jsonField } from '../push.ts';
import type { Push } from '../push.ts';
import type { TaobaoShop } from '../shop.ts';
import { encoded, formEncoded, spiSign } from './sign.ts';
import type { SpiCharset } from './sign.ts';

const METHOD = 'taobao.qianniu.cloudkefu.address.self.modify';
/** A header name that exists only here, to have a listed header under the sign. */
const SIGNED_HEADER = 'x-top-env';

export interface AddressQuestion {
  readonly shop: TaobaoShop;
  readonly order: PlatformOrder;
  readonly place: Place;
  readonly nowMs: number;
  readonly charset?: SpiCharset;
  readonly as?: 'json' | 'form';
}

/** TOP's synchronous question whether an order's address may still change, signed the SPI way. */
export function addressQuestion(question: AddressQuestion): Push {
  const { shop, order, charset = 'UTF-8', as = 'json' } = question;
  const fields = fieldsOf(question);
  const query = {
    app_key: shop.credentials.appKey, format: 'json', method: METHOD, sign_method: 'md5',
    timestamp: chinaTextFromMs(question.nowMs), v: '2.0',
  };
  const headers = { 'top-sign-list': SIGNED_HEADER, [SIGNED_HEADER]: 'online' };
  const json = as === 'json' ? JSON.stringify(fields.nested) : '';
  const signedFields = { [SIGNED_HEADER]: 'online', ...(as === 'form' ? fields.flat : {}), ...query };
  const sign = spiSign(shop.credentials.appSecret, { fields: signedFields, body: json, charset });
  const type = as === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  return {
    channel: 'taobao',
    orderId: order.orderId,
    event: METHOD,
    url: `${shop.webhookUrl}?${formEncoded({ ...query, sign }, charset)}`,
    headers: { ...headers, 'content-type': `${type}; charset=${charset}` },
    body: as === 'json' ? encoded(json, charset) : Buffer.from(formEncoded(fields.flat, charset)),
    accepts: ({ status, body }) => status === 200 && typeof answerOf(body) === 'boolean',
  };
}

/** Whether the hub said the address may change; undefined when it did not answer the question. */
export function answerOf(body: string): boolean | undefined {
  const success = fieldOf(jsonField(body, 'result'), 'success');
  return typeof success === 'boolean' ? success : undefined;
}

/** The question's fields; in a form the two addresses are JSON texts. */
function fieldsOf({ shop, order, place }: AddressQuestion): { nested: object; flat: Record<string, string> } {
  const plain = { bizOrderId: order.orderId, buyerNick: `t**${order.orderId.slice(-1)}`, sellerNick: shop.shopName, oaid: personalOf(order).sealed };
  const originalAddress = addressFields(order, order.place);
  const modifiedAddress = addressFields(order, place);
  return {
    nested: { ...plain, originalAddress, modifiedAddress },
    flat: { ...plain, originalAddress: JSON.stringify(originalAddress), modifiedAddress: JSON.stringify(modifiedAddress) },
  };
}

function addressFields(order: PlatformOrder, place: Place): object {
  const personal = personalOf(order);
  const { province, city, district, town } = spellingOf('taobao', place);
  return {
    addressDetail: personal.addressMask, area: district, city, country: '中国', name: personal.nameMask,
    phone: personal.phoneMask, postCode: '000000', province, town,
  };
}
