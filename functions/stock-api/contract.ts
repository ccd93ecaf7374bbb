import * as z from 'zod';
import type { Contract } from '../../shared/kernel/contract.ts';
import { pageOf, pageQuerySchema } from '../../shared/kernel/page.ts';
import { adjustmentBodySchema, movementSchema, productBodySchema, productSchema, skuSchema, stockLevelSchema, warehouseCodeSchema } from '../../shared/stock/schema.ts';

const filterSchema = z.strictObject({ ...pageQuerySchema.shape, sku: skuSchema.optional(), warehouse: warehouseCodeSchema.optional() });

/** Products, what lies where, and every change of it. */
export const contract = {
  putProduct: {
    method: 'PUT',
    path: '/v1/products/{sku}',
    summary: 'Create or change a product',
    tag: 'stock',
    auth: 'key',
    roles: ['owner', 'seller', 'warehouse'],
    writes: true,
    params: z.strictObject({ sku: skuSchema }),
    body: productBodySchema,
    status: 200,
    answer: productSchema,
  },
  listProducts: {
    method: 'GET',
    path: '/v1/products',
    summary: 'All products, by SKU',
    tag: 'stock',
    auth: 'key',
    query: pageQuerySchema,
    status: 200,
    answer: pageOf(productSchema),
  },
  adjustStock: {
    method: 'POST',
    path: '/v1/stock/adjustments',
    summary: 'Add or remove pieces',
    description: 'Waiting orders are released after every increase.',
    tag: 'stock',
    auth: 'key',
    roles: ['owner', 'seller', 'warehouse'],
    writes: true,
    idempotent: true,
    body: adjustmentBodySchema,
    status: 201,
    answer: movementSchema,
    refusals: ['warehouse_not_found', 'stock_short'],
  },
  listStock: {
    method: 'GET',
    path: '/v1/stock',
    summary: 'On hand, reserved and available by SKU and warehouse',
    tag: 'stock',
    auth: 'key',
    query: filterSchema,
    status: 200,
    answer: pageOf(stockLevelSchema),
  },
  listMovements: {
    method: 'GET',
    path: '/v1/stock/movements',
    summary: 'Changes of stock, newest first',
    tag: 'stock',
    auth: 'key',
    query: filterSchema,
    status: 200,
    answer: pageOf(movementSchema),
  },
} as const satisfies Contract;
