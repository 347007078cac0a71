using System.CommandLine;
using HubertSharp.Cli;
using HubertSharp.Cli.Verbs;

var root = new RootCommand("Pre-train HuBERT speech models, explain their loss, and prove what the features are worth.")
{
    ConfigVerb.Create(),
};
return await CommandHost.RunAsync(root, args).ConfigureAwait(false);
