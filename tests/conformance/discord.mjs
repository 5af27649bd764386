// discord.js against the stand-in: log in, register a command, defer and edit, a button, a modal, direct messages, and leave in good order.
import {
  ActionRowBuilder, ButtonBuilder, ButtonStyle, Client, Events, GatewayIntentBits, MessageFlags, ModalBuilder, Partials,
  SlashCommandBuilder, TextInputBuilder, TextInputStyle,
} from 'discord.js';

const { Guilds, GuildMessages, DirectMessages, MessageContent } = GatewayIntentBits;
const client = new Client({
  intents: [Guilds, GuildMessages, DirectMessages, MessageContent],
  partials: [Partials.Channel],
  rest: { api: `${process.env.DISCORD_API_BASE}/api` },
});

const coach = new SlashCommandBuilder().setName('coach').setDescription('Talk to the coach').addSubcommand((ask) =>
  ask.setName('ask').setDescription('Ask something').addStringOption((option) =>
    option.setName('question').setDescription('Your question').setRequired(true)));
const intake = new SlashCommandBuilder().setName('intake').setDescription('Tell us who you are');

client.once(Events.ClientReady, async (ready) => {
  await ready.application.commands.set([coach, intake]);
});

client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isChatInputCommand() && interaction.commandName === 'coach') {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.editReply(`Thinking about ${interaction.options.getString('question')}`);
    const yes = new ButtonBuilder().setCustomId('v1:yes').setLabel('Helpful').setStyle(ButtonStyle.Primary);
    await interaction.editReply({ content: 'Start small.', components: [new ActionRowBuilder().addComponents(yes)] });
    await interaction.followUp({ content: 'More tomorrow.' });
  } else if (interaction.isChatInputCommand() && interaction.commandName === 'intake') {
    const name = new TextInputBuilder().setCustomId('name').setLabel('Your name').setStyle(TextInputStyle.Short);
    const modal = new ModalBuilder().setCustomId('intake').setTitle('Intake').addComponents(new ActionRowBuilder().addComponents(name));
    await interaction.showModal(modal);
  } else if (interaction.isModalSubmit()) {
    await interaction.reply(`Welcome, ${interaction.fields.getTextInputValue('name')}`);
  } else if (interaction.isButton()) {
    await interaction.update({ content: 'Glad to hear it.', components: [] });
  }
});

client.on(Events.MessageCreate, async (message) => {
  if (message.author.bot) return;
  if (message.content === 'bye') {
    await message.author.send('Goodbye.');
    await client.destroy();
  } else if (message.guild) {
    const answer = await message.reply({ content: 'Seen.', allowedMentions: { parse: [] } });
    await answer.edit('Seen by everyone.');
  } else {
    await message.channel.send({ content: `You wrote: ${message.content}`, files: [{ attachment: Buffer.from('a,b\n'), name: 'plan.csv' }] });
  }
});

client.on(Events.Error, (error) => { console.error(error); process.exitCode = 1; });
process.on('unhandledRejection', (error) => { console.error(error); process.exit(1); });
await client.login(process.env.DISCORD_TOKEN);
