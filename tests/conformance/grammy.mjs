// grammY against the stand-in: long polling, a command, an inline button, edits, documents both ways, and leave in good order.
import { Bot, InlineKeyboard, InputFile } from 'grammy';

const bot = new Bot(process.env.TELEGRAM_TOKEN, { client: { apiRoot: process.env.TELEGRAM_API_BASE } });

await bot.api.setMyCommands([{ command: 'start', description: 'Begin' }]);

bot.command('start', async (ctx) => {
  const keyboard = new InlineKeyboard().text('Yes', 'v1:yes').text('No', 'v1:no');
  await ctx.reply(`Welcome, ${ctx.from.first_name}: ${ctx.match}`, {
    reply_markup: keyboard,
    entities: [{ type: 'bold', offset: 0, length: 7 }],
  });
});

bot.callbackQuery('v1:yes', async (ctx) => {
  await ctx.answerCallbackQuery({ text: 'Noted' });
  await ctx.editMessageText('<b>You</b> said yes', { parse_mode: 'HTML' });
  await ctx.replyWithDocument(new InputFile(Buffer.from('a,b\n'), 'plan.csv'), { caption: 'Your plan' });
});

bot.on('message:document', async (ctx) => {
  const file = await ctx.getFile();
  const url = `${process.env.TELEGRAM_API_BASE}/file/bot${process.env.TELEGRAM_TOKEN}/${file.file_path}`;
  const text = await (await fetch(url)).text();
  await ctx.reply(`Got ${ctx.message.document.file_name}: ${text}`, { reply_parameters: { message_id: ctx.message.message_id } });
});

bot.hears('bye', async (ctx) => {
  await ctx.reply('Goodbye.');
  await bot.stop();
});

bot.catch((error) => { console.error(error); process.exit(1); });
process.on('unhandledRejection', (error) => { console.error(error); process.exit(1); });
await bot.start();
