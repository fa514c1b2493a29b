export const FULFILMENTS = "/api/v1/sales/fulfilments";
