using Fer.Core.Model.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Fer.Core.Model;

/// <summary>
/// An ensemble that averages the probabilities of its members. Their errors differ, so the average makes fewer (Hansen
/// and Salamon 1990, "Neural network ensembles"); inference takes the sum of their times. For inference only.
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

    /// <summary>The logarithm of the averaged probabilities, so that a softmax returns the probabilities themselves.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var logProbabilities = members.Select(member => member.call(input)).ToArray();
        return stack(logProbabilities).logsumexp(0).MoveToOuterDisposeScope();
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
    /// A network with its own normalization, computed from the common one by <c>input * scale + shift</c>, its own
    /// temperature and its weight in the average (<c>share</c>); the weights sum to 1.
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

        /// <summary>The logarithm of its weighted probabilities.</summary>
        public override Tensor forward(Tensor input) =>
            functional.log_softmax(network.call((input * scale).add(shift, Scalars.One)) / temperature, 1).add(share.log(), Scalars.One);
    }
}
