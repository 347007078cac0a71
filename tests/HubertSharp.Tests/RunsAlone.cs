using HubertSharp.Tests.Cli.Verbs;

namespace HubertSharp.Tests;

/// <summary>
/// Tests that count what the whole process holds, or take its console: nothing else runs in it. A part of its own, so that
/// <c>test.sh</c> runs it in a second process beside the other tests.
/// </summary>
[Trait("Part", "alone")]
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class RunsAlone : ICollectionFixture<MadeInputs>;
