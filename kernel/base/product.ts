/** Name and version, as commits and reports name the product. A test compares it with package.json. */
export const PRODUCT = 'Lakebook/0.1.0';
