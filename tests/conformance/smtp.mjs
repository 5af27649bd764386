// nodemailer against the stand-in: a pooled connection with STARTTLS and a login, text and HTML, a file, letters of every kind, lines
// that begin with dots, and a recipient whom nobody knows.
import { readFileSync } from 'node:fs';
import nodemailer from 'nodemailer';

const { SMTP_HOST: host, SMTP_PORT: port, SMTP_CA: ca, SMTP_USER: user, SMTP_PASSWORD: pass } = process.env;
const transport = nodemailer.createTransport({
  host, port: Number(port), secure: false, requireTLS: true, pool: true, maxConnections: 1,
  auth: { user, pass }, tls: { ca: readFileSync(ca), servername: 'localhost' },
});

await transport.verify();
const from = 'Studio <studio@example.com>';
const first = await transport.sendMail({
  from, to: 'zoe@example.com', subject: 'Grüße, Zoë 👋',
  text: `.\n..two dots\n${'long '.repeat(400)}\nGrüße`,
  html: '<p>Grüße, <b>Zoë</b></p>',
  attachments: [{ filename: 'plan.csv', content: 'a,b\n' }],
});
if (!first.response.startsWith('250')) throw new Error(first.response);
await transport.sendMail({ from, to: 'bo@example.com', subject: 'Second', text: 'two', html: '<p>two</p>' });

const refused = await transport.sendMail({ from, to: 'nobody@example.com', subject: 'Third', text: 'x', html: 'x' })
  .then(() => null, (error) => error);
if (refused?.responseCode !== 550) throw new Error(`nobody was found: ${refused}`);
transport.close();
