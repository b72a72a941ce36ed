export { gatewayOver as overGateway } from '../../src/table/gateway-over.js';
