using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model;

/// <summary>
/// Several networks whose probabilities are averaged: their errors differ, so the mean has fewer (Hansen and Salamon
/// 1990, "Neural network ensembles"). It costs what its members cost together. Only for answering, not for training.
/// </summary>
internal sealed class EnsembleNet : EmotionNetwork
{
#pragma warning disable IDE1006 // The field names are the keys of the state dictionary.
    private readonly ModuleList<Member> members;
#pragma warning restore IDE1006

    public EnsembleNet(IEnumerable<EmotionNetwork> networks)
        : base(EnsembleArchitecture.NameInFiles)
    {
        members = new ModuleList<Member>([.. networks.Select(network => new Member(network))]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Precision Precision
    {
        get => members[0].Network.Precision;
        set
        {
            foreach (var member in members)
            {
                member.Network.Precision = value;
            }
        }
    }

    /// <summary>The logarithm of the members' mean probabilities, which a softmax gives back as they are.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var opinions = members.Select(member => member.call(input)).ToArray();
        return stack(opinions).logsumexp(0).MoveToOuterDisposeScope();
    }

    public override void FuseForInference()
    {
        eval();
        foreach (var member in members)
        {
            member.Network.FuseForInference();
        }
    }

    /// <summary>
    /// A network with its own normalization, reached from the common one by <c>input * scale + shift</c>, its own
    /// temperature, and its share in the answer; the shares have the sum 1.
    /// </summary>
    private sealed class Member : nn.Module<Tensor, Tensor>
    {
#pragma warning disable IDE1006
        private readonly EmotionNetwork network;
        private readonly Tensor scale;
        private readonly Tensor shift;
        private readonly Tensor temperature;
        private readonly Tensor share;
#pragma warning restore IDE1006

        public Member(EmotionNetwork network)
            : base(nameof(Member))
        {
            this.network = network;
            (scale, shift, temperature, share) = (ones(1), zeros(1), ones(1), ones(1));
            RegisterComponents();
        }

        public EmotionNetwork Network => network;

        /// <summary>The logarithm of its part of the mean.</summary>
        public override Tensor forward(Tensor input) =>
            functional.log_softmax(network.call(input * scale + shift) / temperature, 1) + share.log();
    }
}
